// SPDX-License-Identifier: Apache-2.0
public import Decoders
internal import Media

/// How one recording went.
public struct RecordingResult: Sendable {
  /// The verdict.
  public enum Verdict: Equatable, Sendable {
    /// Every slot got its picture.
    case complete
    /// Only this share of the slots, 0...1, for this reason.
    case partial(coverage: Double, reason: String)
    /// No slot, for this reason.
    case failed(reason: String)
  }

  /// Its path, as it was named or found.
  public let recording: String
  /// Files and folders that are there now.
  public var outputs: [String] = []
  /// Slots with a picture.
  public var pictures = 0
  /// Of them, those made by an earlier run that was interrupted.
  public var picturesKept = 0
  /// Of them, those decoded from damaged data.
  public var damaged = 0
  /// Of them, those where another picture was taken than the nearest, as was asked for.
  public var replaced = 0
  /// Real times of the first and the last picture, microseconds.
  public var times: (first: Int64, last: Int64)?
  /// How it ended.
  public var verdict = Verdict.failed(reason: "not begun")
  /// What the decoders did for it in this run.
  public var statistics = DecodingStatistics()
  /// The outputs were there already, made of the same recording in the same way.
  public var wasUnchanged = false
  /// There is no such file.
  public var wasNoInput = false
  /// Writing failed.
  public var wasWriteFailure = false
  /// The run was stopped before its end.
  public var wasInterrupted = false
  /// From opening it to its last output.
  public var elapsed = Duration.zero

  /// Nothing is known of it yet.
  public init(recording: String) { self.recording = recording }

  /// Every slot got its picture, and every output was made.
  public var isComplete: Bool { verdict == .complete }

  /// Why it isn't complete.
  public var reason: String? {
    switch verdict {
    case .complete: nil
    case .partial(_, let reason), .failed(let reason): reason
    }
  }

  /// "complete", "partial", "failed".
  public var word: String {
    switch verdict {
    case .complete: "complete"
    case .partial: "partial"
    case .failed: "failed"
    }
  }
}

extension RecordingResult {
  /// How the decoders' word on missed slots ends, which holds for their own stretch only.
  private static let undecoded = "could not be decoded"

  /// Puts the endings of a recording's stretches together.
  ///
  /// - Parameters:
  ///   - served: Slots with a picture.
  ///   - asked: Slots from the first to the last one wanted, where anything tells.
  ///   - endings: Of the stretches in order; `nil` for one that ended where the next begins.
  mutating func judge(served: Int, asked: Int?, endings: [PreviewEnd?]) {
    pictures = served
    let faults = endings.compactMap { $0 }.filter { $0.status != .complete }
    let ruin = faults.first { $0.status == .failed || $0.status == .stopped }
    let last = endings.last.flatMap { $0 }
    let wanted = max(asked ?? 0, served)
    let missed = wanted - served
    let coverage = wanted > 0 ? Double(served) / Double(wanted) : 0
    if served == 0 {
      verdict = .failed(reason: (ruin ?? faults.first ?? last)?.reason ?? "holds no picture")
    } else if let ruin {
      verdict = .partial(coverage: coverage, reason: ruin.reason ?? "it ended before its time")
    } else if let last, last.status == .partial, last.reason?.hasSuffix(Self.undecoded) == false {
      // Only the last stretch meets the recording's end.
      verdict = .partial(coverage: coverage, reason: last.reason ?? "it ended before its time")
    } else if missed > 0, !faults.isEmpty || endings.contains(where: { $0 == nil }) {
      let slots = missed == 1 ? "1 slot" : "\(missed) slots"
      verdict = .partial(coverage: coverage, reason: "\(slots) \(Self.undecoded)")
    } else {
      verdict = .complete
    }
  }
}
