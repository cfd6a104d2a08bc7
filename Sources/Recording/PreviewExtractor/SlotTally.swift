// SPDX-License-Identifier: Apache-2.0

/// Counts the slots served and missed, and says in the end how well it went.
struct SlotTally {
  let interval: Microseconds
  /// Slots served so far.
  private(set) var served = 0
  /// Of these, by a picture that is damaged.
  private(set) var damaged = 0
  /// Of these, by a picture so far away that those nearer must be lost.
  private(set) var far = 0
  /// Slots of which nothing could be decoded.
  var missed = 0
  /// Why it can't be complete, whatever was served.
  var fault: String?
  private(set) var verdict = ExtractionVerdict.partial(coverage: 0, reason: "not finished yet")

  /// A transport or program stream, whose pictures follow each other at one pace, but for losses.
  private let mayLose: Bool

  init(interval: Microseconds, mayLose: Bool) {
    self.interval = interval
    self.mayLose = mayLose
  }

  /// A slot was served.
  ///
  /// - Parameters:
  ///   - frame: What serves it; is told whether it is far off.
  ///   - keyGap: How far apart key pictures lie at the recording's beginning; a slot is judged alike
  ///     whatever was read before it.
  mutating func count(_ frame: inout ExtractedFrame, keyGap: Microseconds?) {
    served += 1
    if frame.isDamaged { damaged += 1 }
    let usual = keyGap.map { max(2_000_000, 2 * $0) } ?? 12_000_000
    guard mayLose, abs(frame.time - frame.askedTime) > max(interval, usual) else { return }
    far += 1
    frame.isFar = true
  }

  /// Reading failed before the end.
  mutating func end(expected: Int?, failure: String) {
    guard served > 0 else {
      verdict = .failed(reason: failure)
      return
    }
    verdict = .partial(coverage: coverage(of: expected), reason: failure)
  }

  /// The end came, as told or before.
  ///
  /// - Parameters:
  ///   - expected: Slots there should have been, where anything tells.
  ///   - foundEnd: The end of the last picture, where reading came there.
  ///   - duration: What the recording says of itself.
  mutating func end(expected: Int?, foundEnd: Microseconds?, duration: Duration?) {
    let done = served + missed
    if served == 0 {
      let reason: RecordingError.Reason = .nothingDecoded
      verdict =
        expected == 0
        ? .failed(reason: "no slot lies within the recording: ask for an earlier start")
        : .failed(reason: reason.sentence)
    } else if let fault {
      verdict = .partial(coverage: coverage(of: expected), reason: fault)
    } else if missed > 0 {
      let pictures = missed == 1 ? "1 slot" : "\(missed) slots"
      verdict = .partial(
        coverage: coverage(of: expected), reason: "\(pictures) could not be decoded")
    } else if let expected, let foundEnd, let duration, expected - done > 1,
      duration.microseconds - foundEnd > max(2_000_000, interval)
    {
      verdict = .partial(
        coverage: coverage(of: expected),
        reason: "the pictures end at \(seconds(foundEnd)) of \(seconds(duration.microseconds))")
    } else if damaged > 0 {
      verdict = .partial(
        coverage: coverage(of: expected), reason: "\(damaged) of \(done) pictures are damaged")
    } else if far > 0 {
      verdict = .partial(
        coverage: coverage(of: expected),
        reason: "\(far) of \(done) slots lie where pictures are lost")
    } else {
      verdict = .complete
    }
  }

  private func coverage(of expected: Int?) -> Double {
    let all = max(expected ?? 0, served + missed, 1)
    return Double(max(served - max(damaged, far), 0)) / Double(all)
  }

  private func seconds(_ time: Microseconds) -> String {
    "\(Double(time / 100_000) / 10) s"
  }
}
