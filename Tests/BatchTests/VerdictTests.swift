// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media
import Testing

@testable import Batch

/// A recording's verdict, put together from its pictures and the endings of its stretches.
struct VerdictTests {
  private func tally(_ slots: [Int], damaged: Set<Int> = [], far: Set<Int> = []) -> PictureTally {
    var tally = PictureTally()
    var last = -1
    for slot in slots {
      var picture = DecodedPicture(slot: slot, askedTime: 0, time: 0, flags: [], jpegs: [[1]])
      picture.isDamaged = damaged.contains(slot)
      picture.isFar = far.contains(slot)
      tally.count(picture, gap: slot - last - 1)
      last = slot
    }
    return tally
  }

  private func verdict(
    _ tally: PictureTally, asked: Int?, _ endings: [PreviewEnd?]
  ) -> RecordingResult.Verdict {
    var result = RecordingResult(recording: "a")
    result.judge(tally, asked: asked, endings: endings)
    return result.verdict
  }

  /// What a decoder that makes all of it says, and what two say that share it.
  private func expectSame(
    _ tally: PictureTally, asked: Int, alone: PreviewEnd, shared: [PreviewEnd?],
    _ wanted: RecordingResult.Verdict
  ) {
    #expect(verdict(tally, asked: asked, [alone]) == wanted)
    #expect(verdict(tally, asked: asked, shared) == wanted)
  }

  private let complete = PreviewEnd(.complete, framesSent: 1)
  private func partial(_ reason: String) -> PreviewEnd {
    PreviewEnd(.partial, reason: reason, framesSent: 1)
  }

  @Test func `all slots served are complete`() {
    expectSame(
      tally(Array(0..<10)), asked: 10, alone: complete, shared: [nil, complete], .complete)
  }

  @Test func `a slot that the recording's length promised in vain is none that is missing`() {
    expectSame(
      tally(Array(0..<10)), asked: 11, alone: complete, shared: [nil, complete], .complete)
  }

  @Test func `slots without a picture are told, in whatever stretch they lie`() {
    let reason = "2 slots could not be decoded"
    expectSame(
      tally([0, 1, 4, 5, 6, 7, 8, 9]), asked: 10, alone: partial(reason), shared: [nil, complete],
      .partial(coverage: 0.8, reason: reason))
    expectSame(
      tally(Array(0..<8)), asked: 10, alone: partial(reason), shared: [nil, partial(reason)],
      .partial(coverage: 0.8, reason: reason))
  }

  @Test func `damaged pictures and far ones are counted over all stretches`() {
    let damaged = "2 of 10 pictures are damaged"
    expectSame(
      tally(Array(0..<10), damaged: [1, 8]), asked: 10, alone: partial(damaged),
      shared: [nil, partial("1 of 5 pictures are damaged")],
      .partial(coverage: 0.8, reason: damaged))
    let far = "1 of 10 slots lie where pictures are lost"
    expectSame(
      tally(Array(0..<10), far: [2]), asked: 10, alone: partial(far), shared: [nil, complete],
      .partial(coverage: 0.9, reason: far))
  }

  @Test func `what ended a stretch before its time is told first`() {
    #expect(
      verdict(tally(Array(0..<5), damaged: [1]), asked: 10, [partial("stalled"), complete])
        == .partial(coverage: 0.4, reason: "stalled"))
  }

  @Test func `without a picture it failed, for the first reason there is`() {
    #expect(
      verdict(tally([]), asked: 10, [PreviewEnd(.failed, reason: "empty", framesSent: 0)])
        == .failed(reason: "empty"))
  }
}
