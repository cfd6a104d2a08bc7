// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Media
import Testing

@Suite(.enabled(if: Programs.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct OggFileReaderTests {
  @Test func `an hour at the stream's own time: every page in its moment`() throws {
    // 60 links of 60 s, and the moment of each page from the page numbers alone.
    let link = try vorbis(frames: 480_000, rate: 8000, channels: 1)
    var due: [Duration] = []
    for number in 0..<60 {
      var before: Int64 = 0
      for page in pages(link) {
        due.append(.seconds(60) * number + .seconds(1) * before / 8000)
        before = max(before, page.granule ?? 0)
      }
    }
    let stream = Array(repeatElement(link, count: 60).joined())
    let result = try read(stream, .streamTime())
    #expect(result.error == nil && result.messages.flatMap { $0 } == stream)
    let worst = zip(result.arrivals, due).map { abs(($0.time - $1).inNanoseconds) }.max()
    #expect(result.arrivals.count == due.count && (worst ?? .max) <= 1)
    #expect(try #require(result.arrivals.last).time > .seconds(3595))
  }

  @Test func `twice as fast takes half the time`() throws {
    let stream = try vorbis(frames: 480_000, rate: 8000, channels: 1)
    let (one, two) = (try read(stream, .streamTime()), try read(stream, .streamTime(factor: 2)))
    let differences = zip(one.arrivals, two.arrivals).map {
      abs(($0.time - $1.time * 2).inNanoseconds)
    }
    #expect((differences.max() ?? .max) <= 2)
  }

  @Test func `an hour at a bit rate: every chunk in its moment`() throws {
    // 3,600 s of 127,999 bit/s in chunks of 1,427 bytes, and a rest.
    let bytes = [UInt8](repeating: 7, count: 127_999 * 450 + 11)
    let result = try read(bytes, .bitRate(127_999, chunkLength: 1427))
    #expect(result.error == nil && result.messages.flatMap { $0 } == bytes)
    for (index, arrival) in result.arrivals.enumerated() {
      let due = Duration.nanoseconds(index * 1427 * 8 * 1_000_000_000 / 127_999)
      guard arrival.time != due else { continue }
      Issue.record("chunk \(index) came at \(arrival.time), not \(due)")
      break
    }
    #expect(try #require(result.arrivals.last).time > .seconds(3599.9))
  }

  @Test func `a reader that was held up catches up`() throws {
    let stream = try vorbis(frames: 480_000, rate: 8000, channels: 1)
    try Programs.withFolder { folder in
      try Programs.write(stream, folder + "/a.ogg")
      let free = try TestRun(
        of: Pipeline { OggFileReader(path: folder + "/a.ogg") }, time: .virtual)
      let held = try TestRun(
        of: Pipeline {
          OggFileReader(path: folder + "/a.ogg")
          HeldUp(after: 5, for: .seconds(20))
        }, time: .virtual)
      #expect(held.messages == free.messages)
      #expect(held.arrivals.last?.time == free.arrivals.last?.time)
    }
  }

  @Test(arguments: [("", "no page in 0 bytes"), ("just text", "no page in 9 bytes")])
  func `a file without a page is an error`(text: String, reason: String) throws {
    let result = try read(Array(text.utf8), .streamTime())
    #expect((result.error as? MediaError)?.reason == "not an Ogg file: \(reason)")
  }

  @Test func `a file that isn't there is an error`() throws {
    let result = try TestRun(of: Pipeline { OggFileReader(path: "/nowhere/a.ogg", pace: .asap) })
    #expect(
      "\(result.error as? MediaError, default: "no error")"
        == "open /nowhere/a.ogg: No such file or directory")
  }

  private func read(_ bytes: [UInt8], _ pace: OggFileReader.Pace) throws -> TestRun<Bytes> {
    try Programs.withFolder { folder in
      try Programs.write(bytes, folder + "/a.ogg")
      return try TestRun(
        of: Pipeline { OggFileReader(path: folder + "/a.ogg", pace: pace) }, time: .virtual)
    }
  }
}

/// Passes bytes on, but sleeps once.
private final class HeldUp: Component, Source, Sink {
  let inbox = Inbox<Bytes>(capacity: 1)
  let outbox = Outbox<Bytes>()
  private let count: Int
  private let time: Duration
  init(after count: Int, for time: Duration) {
    self.count = count
    self.time = time
  }
  override func main() async throws {
    var passed = 0
    while let bytes = await inbox.next() {
      await outbox.send(bytes)
      passed += 1
      if passed == count { try await sleep(for: time) }
    }
  }
}
