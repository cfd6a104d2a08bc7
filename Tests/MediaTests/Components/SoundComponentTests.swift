// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Media
import Testing

@Suite(.enabled(if: Programs.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct SoundComponentTests {
  @Test(arguments: [1000, 65_536])
  func `samples are those of oggdec, through a chain of two links`(length: Int) throws {
    let links = [
      try vorbis(frames: 30_000, rate: 44_100, channels: 2, serial: 1),
      try vorbis(frames: 5000, rate: 8000, channels: 1, serial: 2),
    ]
    let pieces = FramingComponentTests.pieces(links.flatMap { $0 }, of: length)
    let result = try TestRun(
      of: Pipeline {
        TestSource(pieces)
        VorbisDecoding()
      })
    #expect(result.error == nil)
    let (first, second) = (try oggdec(links[0]), try oggdec(links[1]))
    #expect(samples(result.messages, rate: 44_100, channels: 2) == first)
    #expect(samples(result.messages, rate: 8000, channels: 1) == second)
  }

  @Test func `what is no Ogg stream is an error`() throws {
    let result = try TestRun(
      of: Pipeline {
        TestSource([Array("this is text".utf8)])
        VorbisDecoding()
      })
    #expect(result.error is MediaError && result.messages.isEmpty)
  }

  @Test func `a file is played from the disk into a file`() throws {
    let stream = try vorbis(frames: 20_000, rate: 44_100, channels: 2)
    try Programs.withFolder { folder in
      try Programs.write(stream, folder + "/a.ogg")
      let result = try TestRun(
        of: Pipeline {
          OggFileReader(path: folder + "/a.ogg", pace: .asap)
          VorbisDecoding()
          Playing(drivers: ["nonsense", "raw"], file: folder + "/a.raw")
        })
      #expect(result.error == nil)
      #expect(
        littleEndianSamples(try Programs.read(folder + "/a.raw")[...]) == (try oggdec(stream)))
      // 20,000 samples at 44,100 Hz.
      let played = try #require(result.messages.last)
      #expect(abs((played - .seconds(1) * 20_000 / 44_100).inNanoseconds) <= 1)
    }
  }

  @Test func `the null driver plays as fast as sound comes`() throws {
    let blocks = Array(repeating: PlaybackTests.block, count: 100)
    let result = try TestRun(
      of: Pipeline {
        TestSource(blocks)
        Playing(drivers: ["null"])
      })
    #expect(result.error == nil && result.messages.last == .seconds(10))
  }

  @Test func `where no driver opens, each is named`() throws {
    let result = try TestRun(
      of: Pipeline {
        TestSource([PlaybackTests.block])
        Playing(drivers: ["nonsense", "wav"])
      })
    #expect(
      "\(result.error as? MediaError, default: "no error")"
        == "play through nonsense or wav: nonsense: libao has no such driver; null, wav and raw "
        + "are always there; wav: this driver needs a file to write")
  }

  private func samples(_ blocks: [SoundBlock], rate: Int, channels: Int) -> [Int16] {
    blocks.filter { $0.rate == rate && $0.channels == channels }.flatMap(\.samples)
  }
}
