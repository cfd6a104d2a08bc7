// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media
import Testing

@testable import PreviewServer

@Suite final class PictureStreamTests {
  let scheduler = Scheduler()
  let one: Handle
  let other: Handle
  let stream: PictureStream

  init() {
    one = scheduler.activate(Component())
    other = scheduler.activate(Component())
    stream = PictureStream(
      request: PreviewRequest(.preview, title: "a"), decoders: scheduler.activate(Component()))
  }

  /// Lets the components end: nobody else would.
  deinit { scheduler.run() }

  private func make(_ slots: Range<Int>, byteCount: Int = 100) {
    for slot in slots { stream.append(picture(slot, byteCount: byteCount)) }
  }

  private func slot(at place: Int, by viewer: Handle) -> Int? {
    guard case .picture(let entry) = stream.look(at: place, by: viewer) else { return nil }
    return entry.slot
  }

  @Test func `nothing is decoded that nobody watches`() {
    #expect(stream.takeGrant() == 0)
  }

  @Test func `the decoder gets a window ahead of the furthest viewer, and no more`() {
    #expect(stream.join(one))
    #expect(stream.takeGrant() == PictureStream.window)
    #expect(stream.takeGrant() == 0)
    make(0..<PictureStream.window)
    for place in 0...PictureStream.window / 2 { #expect(slot(at: place, by: one) == place) }
    #expect(stream.takeGrant() == 0)
    #expect(slot(at: PictureStream.window / 2 + 1, by: one) != nil)
    #expect(stream.takeGrant() == PictureStream.window / 2 + 1)
  }

  @Test func `a second viewer behind costs no decoding`() {
    #expect(stream.join(one))
    _ = stream.takeGrant()
    make(0..<PictureStream.window)
    #expect(stream.join(other))
    for place in 0..<10 { #expect(slot(at: place, by: other) == place) }
    #expect(stream.takeGrant() == 0)
  }

  @Test func `what isn't made yet comes later, and the end after the last`() {
    #expect(stream.join(one))
    guard case .later = stream.look(at: 0, by: one) else {
      Issue.record("there is a picture")
      return
    }
    make(0..<1)
    stream.finish(.end(PreviewEnd(.complete, framesSent: 1)))
    stream.finish(.failure(PreviewFailure(.internal, reason: "too late to fail")))
    #expect(slot(at: 0, by: one) == 0)
    guard case .over(.end) = stream.look(at: 1, by: one) else {
      Issue.record("not over")
      return
    }
    #expect(stream.takeGrant() == 0)
  }

  @Test func `a stream that nobody watches before its end is given up`() {
    #expect(stream.join(one) && stream.join(other))
    stream.leave(one)
    #expect(!stream.isAbandoned)
    stream.leave(other)
    #expect(stream.isAbandoned && !stream.join(one))
  }

  @Test func `a whole stream waits for the next viewer`() {
    #expect(stream.join(one))
    make(0..<3)
    stream.finish(.end(PreviewEnd(.complete, framesSent: 3)))
    stream.leave(one)
    #expect(!stream.isAbandoned && stream.join(other))
    #expect(slot(at: 2, by: other) == 2)
  }

  @Test func `a large stream drops what all viewers have passed, and takes no new one`() {
    #expect(stream.join(one) && stream.join(other))
    make(0..<100, byteCount: 1 << 20)
    #expect(slot(at: 90, by: one) == 90)
    #expect(stream.byteCount == 100 << 20)
    #expect(slot(at: 80, by: other) == 80)
    #expect(stream.byteCount == 20 << 20)
    #expect(slot(at: 99, by: one) == 99)
    let late = scheduler.activate(Component())
    #expect(!stream.join(late))
  }

  @Test func `a decoder that goes on for a dead one begins behind its last picture`() throws {
    var request = PreviewRequest(.preview, title: "a")
    request.interval = .seconds(2)
    request.start = .seconds(4)
    request.end = .seconds(100)
    request.count = 10
    let stream = PictureStream(request: request, decoders: one)
    #expect(stream.join(one))
    #expect(stream.beginDecoding()?.pictures == request)
    stream.begin(
      PreviewDescription(
        title: "a",
        pictures: .init(
          width: 16, height: 16, interval: request.interval, mode: .auto, firstSlot: 2, slots: 10)))
    _ = stream.takeGrant()
    for slot in [2, 3, 5] { stream.append(picture(slot)) }
    let rest = try #require(stream.beginDecoding()?.pictures)
    #expect(rest.start == .seconds(12) && rest.count == 6 && rest.end == request.end)
    #expect(stream.takeGrant() == PictureStream.window - 3)
    stream.append(picture(11))
    stream.finish(.end(PreviewEnd(.complete, framesSent: 6)))
    guard case .over(.end(let end)) = stream.look(at: 4, by: one) else {
      Issue.record("not over")
      return
    }
    #expect(end.status == .partial && end.slotsMissed == 1)
    // The next viewer gets them all.
    #expect(!stream.join(other))
  }

  @Test(arguments: [(nil as Int?, Duration.seconds(6) as Duration?), (3, nil)])
  func `nothing is left behind the last slot that was asked for`(count: Int?, end: Duration?) {
    var request = PreviewRequest(.preview, title: "a")
    request.interval = .seconds(2)
    request.count = count
    request.end = end
    #expect(request.remainder(behind: 2, first: 0) == nil)
    #expect(request.remainder(behind: 1, first: 0)?.start == .seconds(4))
  }
}
