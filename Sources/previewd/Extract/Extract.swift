// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Recording

/// `previewd extract`: one recording after the other; the exit code.
func extract(_ values: ExtractValues) -> Int32 {
  let run = ExtractRun()
  Signals.onInterrupt { _ in run.interrupt() }
  var results: [ExtractResult] = []
  for file in values.files {
    let result = run.extract(file, values)
    if run.isInterrupted { break }
    result.show(asJSON: values.json, toStandardError: values.output == "-")
    results.append(result)
  }
  if run.isInterrupted {
    complain("previewd: interrupted")
    return 130
  }
  if results.contains(where: \.wasWriteFailure) { return 74 }
  let failures = results.filter { $0.pictures == 0 }.count
  if failures == results.count {
    return results.allSatisfy(\.wasNoInput) ? 66 : 2
  }
  return results.allSatisfy(\.isComplete) ? 0 : 1
}

/// How one recording went.
struct ExtractResult {
  let file: String
  var output = ""
  var pictures = 0
  /// Real times of the first and the last picture, microseconds.
  var times: (first: Int64, last: Int64)?
  var verdict = ExtractionVerdict.failed(reason: "not begun")
  var bytesRead: Int64 = 0
  /// What ended it before its time.
  var problem: String?
  var wasNoInput = false
  var wasWriteFailure = false

  var isComplete: Bool { verdict == .complete && problem == nil }

  /// Prints the result: a line for people or for programs.
  func show(asJSON json: Bool, toStandardError: Bool) {
    if json { return print(self.json.line) }
    if let problem { return complain("previewd: \(problem)") }
    let span = times.map { " from \(seconds($0.first)) to \(seconds($0.last)) s" } ?? ""
    let line = "\(file): \(pictures) pictures\(span) in \(output): \(verdict)"
    if toStandardError || !isComplete { complain("previewd: \(line)") } else { print(line) }
  }

  private func seconds(_ time: Int64) -> String {
    Duration.microseconds(time).decimalSeconds
  }

  private var json: JSONText {
    let word =
      switch verdict {
      case .complete: problem == nil ? "complete" : "failed"
      case .partial: "partial"
      case .failed: "failed"
      }
    var reason = problem
    if case .partial(_, let why) = verdict, reason == nil { reason = why }
    if case .failed(let why) = verdict, reason == nil { reason = why }
    return .object([
      "recording": .text(file), "output": .text(output), "pictures": .number(pictures),
      "first": times.map { .decimal(Double($0.first) / 1e6) } ?? .null,
      "last": times.map { .decimal(Double($0.last) / 1e6) } ?? .null,
      "verdict": .text(word), "reason": JSONText(reason), "bytes_read": .number(Int(bytesRead)),
    ])
  }
}

/// The extractions of one command line, which an interrupt ends.
final class ExtractRun: Sendable {
  private struct State {
    var scheduler: Scheduler?
    var isInterrupted = false
  }
  private let state = Guarded(State())

  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Stops what is under way; drafts are removed.
  ///
  /// From any thread.
  func interrupt() {
    state.withLock { state in
      defer { state.isInterrupted = true }
      // The second one doesn't wait.
      if state.isInterrupted { _exit(130) }
      return state.scheduler
    }?.stop()
  }

  func extract(_ file: String, _ values: ExtractValues) -> ExtractResult {
    var result = ExtractResult(file: file)
    do {
      let extractor = try PreviewExtractor(path: file, settings: values.pictures.settings)
      result.output = Self.output(of: file, values)
      try pump(extractor, values, &result)
    } catch let error as RecordingError {
      result.problem = "\(error)"
      result.verdict = .failed(reason: error.reason.sentence)
      result.wasNoInput = error.exitCode == 66
    } catch {
      result.problem = "\(error)"
      result.wasWriteFailure = error is MediaError
    }
    return result
  }

  /// Where a recording's pictures go: of several, each has a folder of its own.
  private static func output(of file: String, _ values: ExtractValues) -> String {
    let output = values.output ?? "."
    guard values.files.count > 1 else { return output }
    let name = file.split(separator: "/").last ?? ""
    let others = values.files.filter { $0.split(separator: "/").last == name }
    // Two recordings of one name in different folders must not share one.
    let place = others.count > 1 ? (others.firstIndex(of: file) ?? 0) : 0
    return "\(output)/\(name)" + (place > 0 ? "-\(place + 1)" : "")
  }

  /// Joins decoder and writer, and runs them to their end.
  private func pump(
    _ extractor: sending PreviewExtractor, _ values: ExtractValues, _ result: inout ExtractResult
  ) throws {
    let faults = Collected<Failure>()
    let scheduler = Scheduler(onFault: { faults.add($0) })
    let isInterrupted = state.withLock { state in
      state.scheduler = scheduler
      return state.isInterrupted
    }
    if isInterrupted { return }
    let verdicts = Collected<(ExtractionVerdict, bytesRead: Int64)>()
    let tally = PictureTally()
    let description = PreviewDescription(
      extractor, title: Self.title(of: result.file), request: values.pictures.request)
    let source = PictureSource(
      extractor, interval: values.pictures.interval, pace: values.pace,
      report: { verdicts.add(($0, bytesRead: $1)) })
    try link(source.outbox, to: tally.inbox)
    let seen = tally.seen
    scheduler.activate(source)
    if result.output == "-" || result.output.hasSuffix(".pvs") {
      let sink = StreamSink(
        path: result.output == "-" ? nil : result.output, description: description,
        verdict: { verdicts.last?.0 ?? .failed(reason: "interrupted") })
      try link(tally.outbox, to: sink.inbox)
      scheduler.activate(sink)
    } else {
      let sink = FolderSink(folder: result.output)
      try link(tally.outbox, to: sink.inbox)
      scheduler.activate(sink)
    }
    scheduler.activate(tally)
    scheduler.run()
    result.pictures = seen.all.count
    if let first = seen.all.first, let last = seen.last { result.times = (first, last) }
    if let (verdict, bytesRead) = verdicts.last {
      result.verdict = verdict
      result.bytesRead = bytesRead
    }
    if let fault = faults.all.first { throw fault.error }
  }

  private static func title(of file: String) -> String {
    let name = String(file.split(separator: "/").last ?? "recording")
    return Title.isValid(name) ? name : "recording"
  }
}

/// Values that several threads add to.
final class Collected<Value: Sendable>: Sendable {
  private let values = Guarded<[Value]>([])
  func add(_ value: Value) { values.withLock { $0.append(value) } }
  var all: [Value] { values.withLock { $0 } }
  var last: Value? { values.withLock { $0.last } }
}

/// Counts the pictures that pass, with their times.
///
/// | box | what travels |
/// |---|---|
/// | `inbox`, `outbox` | pictures |
final class PictureTally: CallbackComponent, Source, Sink {
  let inbox = Inbox<ExtractedFrame>(capacity: 8)
  let outbox = Outbox<ExtractedFrame>()
  /// Times of the pictures that passed.
  let seen = Collected<Int64>()

  override func mainBody() -> Turn {
    while !outbox.isFull, let picture = inbox.take() {
      seen.add(picture.time)
      outbox.post(picture)
    }
    return .pause
  }
}
