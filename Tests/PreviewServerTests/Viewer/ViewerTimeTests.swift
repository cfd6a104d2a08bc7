// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media
import Testing

@testable import PreviewServer

/// All in virtual time.
@Suite struct ViewerTimeTests {
  let folder: TestFolder
  let preview: PreviewService

  init() throws {
    folder = try TestFolder()
    try folder.write("a.mpg")
    preview = try service([folder.path])
  }

  private func request(_ pace: PreviewRequest.Pace, interval: Duration = .seconds(1)) throws
    -> [UInt8]
  {
    var request = PreviewRequest(.preview, title: "a.mpg")
    request.pace = pace
    request.interval = interval
    return try frame(request)
  }

  @Test func `a client that says nothing is told after 10 s`() throws {
    let got = try converse([.wait(.seconds(100))], with: preview)
    #expect(got.failures.map(\.code) == [.timeout] && got.length == .seconds(10))
  }

  @Test func `a first request must be whole 10 s after connecting, however it trickles`() throws {
    let bytes = try request(.asap)
    let steps = bytes.prefix(20).flatMap { [Step.send([$0]), .wait(.seconds(1))] }
    let got = try converse(steps, with: preview)
    #expect(got.failures.map(\.code) == [.timeout] && got.length == .seconds(10))
  }

  @Test func `a later request must be whole 10 s after its first byte`() throws {
    let bytes = try request(.asap)
    let got = try converse(
      [.send(bytes), .wait(.seconds(50)), .send([bytes[0]]), .wait(.seconds(100))],
      with: preview, pictures: PictureSource(count: 1))
    #expect(got.ends.count == 1)
    #expect(got.failures.map(\.code) == [.timeout] && got.length == .seconds(60))
  }

  @Test func `a connection that is idle for 60 s is closed without a word`() throws {
    let bytes = try request(.asap)
    let got = try converse(
      [.send(bytes), .wait(.seconds(59)), .send(bytes), .wait(.seconds(61)), .send(bytes)],
      with: preview, pictures: PictureSource(count: 1))
    #expect(got.ends.count == 2 && got.failures.isEmpty)
  }

  @Test func `a heartbeat comes after each 5 s of silence, and only then`() throws {
    let got = try converse(
      [.send(try request(.realtime, interval: .seconds(12)))], with: preview,
      pictures: PictureSource(count: 2, delay: .seconds(7)))
    let beats = got.frames.filter { $0.frame.kind == .heartbeat }
    #expect(beats.map(\.time) == [.seconds(5), .seconds(12), .seconds(17)])
    #expect(beats.allSatisfy { $0.frame.payload.isEmpty && $0.frame.time == 0 })
    #expect(
      got.frames.filter { $0.frame.kind == .picture }.map(\.time) == [.seconds(7), .seconds(19)])
  }

  @Test func `at the recording's pace each picture comes when its slot is due`() throws {
    let got = try converse(
      [.send(try request(.realtime))], with: preview, pictures: PictureSource(count: 60))
    #expect(
      got.frames.filter { $0.frame.kind == .picture }.map(\.time) == (0..<60).map { .seconds($0) })
    #expect(got.count(.heartbeat) == 0)
  }

  @Test func `a factor makes it faster`() throws {
    let got = try converse(
      [.send(try request(.rate(2.5)))], with: preview, pictures: PictureSource(count: 11))
    #expect(got.length == .seconds(4))
  }

  @Test func `a client that half-closes gets all of its answer`() throws {
    let got = try converse(
      [.send(try request(.realtime))], with: preview, pictures: PictureSource(count: 30))
    #expect(got.ends == [PreviewEnd(.complete, framesSent: 30)])
  }

  @Test func `a client that stalls loses older pictures, and gets the newest`() throws {
    // It takes the description and three pictures, two messages each, then nothing for 20 s.
    let got = try converse(
      [.send(try request(.realtime))], with: preview, pictures: PictureSource(count: 60),
      stall: (after: 8, for: .seconds(20)))
    let pictures = got.frames.filter { $0.frame.kind == .picture }
    let slots = pictures.map { Int($0.frame.time / 1_000_000) }
    let end = try #require(got.ends.first)
    #expect(end.status == .partial && end.slotsMissed == 60 - pictures.count)
    #expect(end.framesSent == pictures.count && slots.last == 59)
    // Once it reads again, what comes is what is due: nothing made for its stall but what was in
    // its queue.
    for (picture, slot) in zip(pictures, slots) where picture.time > .seconds(22) {
      #expect(picture.time - .seconds(slot) < .seconds(1), "slot \(slot) came at \(picture.time)")
    }
    let jump = try #require(zip(slots, slots.dropFirst()).first { $1 > $0 + 1 })
    let after = try #require(pictures.first { $0.frame.time == jump.1 * 1_000_000 })
    #expect(after.frame.flags.contains(.discontinuity))
  }

  @Test func `as soon as possible, a client that stalls loses nothing`() throws {
    let got = try converse(
      [.send(try request(.asap))], with: preview, pictures: PictureSource(count: 60),
      stall: (after: 8, for: .seconds(200)))
    #expect(got.ends == [PreviewEnd(.complete, framesSent: 60)])
  }

  @Test func `a recording that fails is an error, and the next request tries again`() throws {
    let failure = PreviewFailure(.unreadable, reason: "scrambled")
    let bytes = try request(.asap)
    let got = try converse(
      [.send(bytes + bytes)], with: preview,
      pictures: PictureSource(count: 2, ending: .failure(failure)))
    #expect(got.failures == [failure, failure])
    #expect(got.count(.picture) == 4 && got.count(.description) == 2)
  }
}
