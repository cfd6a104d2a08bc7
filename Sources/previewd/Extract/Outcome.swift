// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Batch
import Decoders
import Glibc
import Media

/// The results of a run: printed as they come, and an exit code in the end.
///
/// From any thread.
final class Outcome: Sendable {
  private let values: ExtractValues
  private let results = Guarded<[RecordingResult]>([])

  init(_ values: ExtractValues) { self.values = values }

  /// A path that leads nowhere counts as a recording that failed.
  func add(missing problem: MediaError) {
    var result = RecordingResult(recording: problem.subject)
    result.wasNoInput = true
    result.verdict = .failed(reason: "no such file: check the name")
    add(result)
  }

  /// Prints a result and remembers it.
  func add(_ result: RecordingResult) {
    results.withLock { $0.append(result) }
    guard !result.wasInterrupted else { return }
    if values.json { return print(json(of: result).line) }
    if result.pictures == 0, !isRehearsed(result) {
      // Writing names the output that failed.
      let reason = result.reason ?? ""
      return complain(
        result.wasWriteFailure ? "previewd: \(reason)" : "previewd: \(result.recording): \(reason)")
    }
    let line = sentence(of: result)
    if !result.isComplete {
      complain("previewd: \(line)")
    } else if values.isPiped {
      if !values.isQuiet { complain("previewd: \(line)") }
    } else if !values.isQuiet {
      print(line)
    }
  }

  /// 0 done, 1 some failed or are partial, 2 all failed, 66 nothing was there, 74 writing failed.
  var exitCode: Int32 {
    let results = results.withLock { $0 }
    if results.contains(where: \.wasWriteFailure) { return 74 }
    let failures = results.filter { !$0.isComplete && $0.pictures == 0 }
    if !results.isEmpty, failures.count == results.count {
      return results.allSatisfy(\.wasNoInput) ? 66 : 2
    }
    return results.allSatisfy(\.isComplete) ? 0 : 1
  }

  private func isRehearsed(_ result: RecordingResult) -> Bool {
    values.isRehearsal && result.isComplete
  }

  private func sentence(of result: RecordingResult) -> String {
    var text = result.recording + ": "
    if isRehearsed(result), !result.wasUnchanged { return text + "would be extracted" }
    if result.wasUnchanged { text += "unchanged: " }
    text += result.pictures == 1 ? "1 picture" : "\(result.pictures) pictures"
    if let times = result.times {
      text += " from \(seconds(times.first)) to \(seconds(times.last)) s"
    }
    if !result.outputs.isEmpty { text += " in " + result.outputs.joined(separator: ", ") }
    text += ": " + verdict(of: result)
    if result.replaced > 0 { text += ", \(result.replaced) chosen for their content" }
    if result.picturesKept > 0 { text += " (\(result.picturesKept) kept of an earlier run)" }
    if values.showsStatistics {
      let work = result.statistics
      text +=
        " [\(work.bytesRead) bytes read, \(work.seeks) seeks, \(work.packets) packets, "
        + "\(work.pictures) decoded, \(result.elapsed.decimalSeconds) s]"
    }
    return text
  }

  private func verdict(of result: RecordingResult) -> String {
    switch result.verdict {
    case .complete: "complete"
    case .partial(let coverage, let reason):
      "partial, \(Int((coverage * 100).rounded(.down))) %: \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }

  private func seconds(_ time: Int64) -> String { Duration.microseconds(time).decimalSeconds }

  private func json(of result: RecordingResult) -> JSONText {
    var coverage = result.isComplete ? 1.0 : 0.0
    if case .partial(let share, _) = result.verdict { coverage = share }
    return .object([
      "recording": .text(result.recording), "outputs": .list(result.outputs.map(JSONText.text)),
      "pictures": .number(result.pictures),
      "first": result.times.map { .decimal(Double($0.first) / 1e6) } ?? .null,
      "last": result.times.map { .decimal(Double($0.last) / 1e6) } ?? .null,
      "verdict": .text(result.word), "coverage": .decimal(coverage),
      "reason": JSONText(result.reason), "damaged": .number(result.damaged),
      "replaced": .number(result.replaced), "kept": .number(result.picturesKept),
      "unchanged": .flag(result.wasUnchanged),
      "bytes_read": .number(Int(result.statistics.bytesRead)),
      "seeks": .number(result.statistics.seeks), "packets": .number(result.statistics.packets),
      "decoded": .number(result.statistics.pictures),
      "seconds": .decimal(Double(result.elapsed.wholeMilliseconds) / 1e3),
    ])
  }
}

extension Duration {
  /// Whole milliseconds, cut.
  fileprivate var wholeMilliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
