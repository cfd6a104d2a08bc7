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
  /// How the decoders' words on their own stretch's pictures end; they don't hold for the whole.
  private static let ofOneStretch = [
    "could not be decoded", "pictures are damaged", "slots lie where pictures are lost",
  ]

  /// Puts the pictures and the endings of a recording's stretches together: the same, however many
  /// stretches there were.
  ///
  /// - Parameters:
  ///   - tally: How its slots were served.
  ///   - asked: Slots from the first to the last one wanted, where anything tells.
  ///   - endings: Of the stretches in order; `nil` for one that ended where the next begins.
  mutating func judge(_ tally: PictureTally, asked: Int?, endings: [PreviewEnd?]) {
    pictures = tally.served
    let faults = endings.compactMap { $0 }.filter { $0.status != .complete }
    let wanted = max(asked ?? 0, tally.served, 1)
    let good = tally.served - max(tally.damaged, tally.far)
    guard tally.served > 0 else {
      verdict = .failed(reason: faults.first?.reason ?? "holds no picture")
      return
    }
    // Behind the last picture slots are missing only where the last decoder says so.
    let isEndMissing = endings.last.flatMap { $0 }.map { Self.lacksPictures($0) } ?? false
    let missed = isEndMissing ? wanted - tally.served : tally.gaps
    if let reason = reason(of: faults, tally, missed: missed, stretches: endings.count) {
      verdict = .partial(coverage: Double(max(good, 0)) / Double(wanted), reason: reason)
    } else {
      verdict = .complete
    }
  }

  private static func lacksPictures(_ end: PreviewEnd) -> Bool {
    end.reason?.hasSuffix(ofOneStretch[0]) ?? false
  }

  private func reason(
    of faults: [PreviewEnd], _ tally: PictureTally, missed: Int, stretches: Int
  ) -> String? {
    // One stretch was the whole.
    if stretches == 1, picturesKept == 0, let fault = faults.first {
      return fault.reason ?? "it ended before its time"
    }
    let others = faults.filter { fault in
      !Self.ofOneStretch.contains { fault.reason?.hasSuffix($0) ?? false }
    }
    if let fault = others.last { return fault.reason ?? "it ended before its time" }
    if missed > 0 {
      return missed == 1 ? "1 slot could not be decoded" : "\(missed) slots could not be decoded"
    }
    if tally.damaged > 0 { return "\(tally.damaged) of \(pictures) pictures are damaged" }
    if tally.far > 0 { return "\(tally.far) of \(pictures) slots lie where pictures are lost" }
    return faults.first?.reason
  }
}
