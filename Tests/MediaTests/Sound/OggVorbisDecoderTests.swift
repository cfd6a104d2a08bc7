// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Media

@Suite(.enabled(if: Programs.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct OggVorbisDecoderTests {
  @Test(arguments: [
    (1, 8000, 1), (100, 44_100, 2), (30_000, 44_100, 2), (48_001, 48_000, 1), (22_050, 22_050, 6),
    (200_000, 32_000, 2),
  ])
  func `samples are those of oggdec, to the last one`(frames: Int, rate: Int, channels: Int) throws
  {
    let stream = try vorbis(frames: frames, rate: rate, channels: channels)
    let blocks = try decode(stream)
    let samples = blocks.flatMap(\.samples)
    #expect(blocks.allSatisfy { $0.rate == rate && $0.channels == channels })
    #expect(samples.count == frames * channels)
    // oggdec puts the channels of surround sound into another order.
    if channels <= 2 { #expect(try samples == oggdec(stream)) }
  }

  @Test(arguments: [1, 13, 1000, 1 << 20]) func `pieces of any size give the same`(pieces: Int)
    throws
  {
    let stream = try vorbis(frames: 20_000, rate: 44_100, channels: 2)
    #expect(try decode(stream, pieces: pieces) == decode(stream))
  }

  @Test(.enabled(if: Programs.recordings != nil, "PREVIEW_MEDIA_DIR is not set"))
  func `a real recording is decoded as by oggdec`() throws {
    let stream = try Programs.read((Programs.recordings ?? "") + "/audio_only_vorbis.ogg")
    let samples = try decode(stream).flatMap(\.samples)
    #expect(try samples == oggdec(stream) && !samples.isEmpty)
  }

  @Test(.enabled(if: Programs.recordings != nil, "PREVIEW_MEDIA_DIR is not set"))
  func `every recording gives sound or a clear error`() throws {
    let folder = Programs.recordings ?? ""
    var withSound: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let bytes = try Programs.read(folder + "/" + name)
      do {
        if try !decode(bytes, pieces: 1 << 16).isEmpty { withSound.append(name) }
      } catch let error as MediaError {
        #expect(error.operation == "decode" && !error.reason.isEmpty)
      }
    }
    // for f in *; do ffprobe -v error -show_entries format=format_name:stream=codec_name
    // -of csv=p=0 "$f"; done: Ogg with a Vorbis stream.
    #expect(
      withSound == ["audio_only_vorbis.ogg", "theora_320x240.ogg", "theora_multibos.ogg"])
  }

  @Test func `a chain of the same format goes on`() throws {
    let chain =
      try vorbis(frames: 20_000, rate: 44_100, channels: 2, serial: 1)
      + vorbis(frames: 7001, rate: 44_100, channels: 2, serial: 2)
    let decoder = OggVorbisDecoder()
    #expect(try decode(chain, with: decoder).flatMap(\.samples) == oggdec(chain))
    #expect(decoder.linkCount == 2)
  }

  @Test func `a chain passes on each link's rate and channels`() throws {
    let links = [
      try vorbis(frames: 9000, rate: 44_100, channels: 2, serial: 1),
      try vorbis(frames: 8000, rate: 8000, channels: 1, serial: 2),
      try vorbis(frames: 5000, rate: 48_000, channels: 2, serial: 1),
    ]
    let blocks = try decode(links.flatMap { $0 })
    for (link, rate) in zip(links, [44_100, 8000, 48_000]) {
      #expect(try blocks.filter { $0.rate == rate }.flatMap(\.samples) == oggdec(link))
    }
  }

  @Test func `a stream joined half-way is decoded from there as by oggdec`() throws {
    let all = pages(try vorbis(frames: 200_000, rate: 44_100, channels: 2))
    let headers = all.prefix { ($0.granule ?? 0) == 0 }
    let start = try #require(
      all.indices.dropFirst(headers.count + 8).first { !all[$0].isContinued })
    let joined = (headers + all[start...]).flatMap(\.bytes)
    let samples = try decode(joined).flatMap(\.samples)
    #expect(try samples == oggdec(joined) && samples.count < 400_000)
  }

  @Test(.enabled(if: Programs.ffmpeg != nil, "ffmpeg is not installed"))
  func `streams multiplexed with the sound are passed over`() throws {
    try Programs.withFolder { folder in
      try Programs.run(
        Programs.ffmpeg,
        [
          "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=2", "-f",
          "lavfi", "-i", "sine=duration=2:sample_rate=44100",
          "-c:v", "libtheora", "-c:a", "libvorbis", folder + "/both.ogg",
        ])
      try Programs.run(
        Programs.ffmpeg,
        [
          "-v", "error", "-i", folder + "/both.ogg", "-map", "0:a", "-c", "copy",
          folder + "/sound.ogg",
        ])
      let decoder = OggVorbisDecoder()
      let samples = try decode(Programs.read(folder + "/both.ogg"), with: decoder).flatMap(
        \.samples)
      #expect(try samples == decode(Programs.read(folder + "/sound.ogg")).flatMap(\.samples))
      #expect(samples.count >= 88_000 && decoder.otherPages > 2)
    }
  }

  @Test func `a lost page is counted and the sound goes on`() throws {
    let all = pages(try vorbis(frames: 100_000, rate: 44_100, channels: 2))
    let decoder = OggVorbisDecoder()
    let cut = (all[..<6] + all[7...]).flatMap(\.bytes)
    let samples = try decode(cut, with: decoder).flatMap(\.samples)
    #expect(decoder.damagedPackets >= 1 && samples.count > 150_000)
    #expect(try samples == oggdec(cut))
  }

  @Test func `a packet without end is given up, and the sound behind it comes out`() throws {
    let all = pages(try vorbis(frames: 300_000, rate: 44_100, channels: 1))
    let link = try #require(VorbisLink(all[0]))
    for page in all[1...2] { link.add(page) }
    while try link.step() != .needsPage {}
    #expect(link.isReady)
    // A page of 255 full segments ends in the middle of a packet: 300 of them are 19 MB.
    var endless = all[3].bytes[..<26] + [255] + [UInt8](repeating: 255, count: 255 + 255 * 255)
    for sequence in 3..<303 {
      endless[5] = 1
      endless[18] = UInt8(sequence & 0xFF)
      endless[19] = UInt8(sequence >> 8)
      link.add(OggPage(checked: Array(endless)))
      while try link.step() != .needsPage { _ = link.samples() }
    }
    var steps: [VorbisLink.Step] = []
    for page in all[4...] {
      link.add(page)
      while case let step = try link.step(), step != .needsPage {
        steps.append(step)
        _ = link.samples()
      }
    }
    #expect(steps.filter { $0 == .sound }.count > 10)
  }

  @Test func `what isn't Ogg is refused, at the end or after 128 KiB`() throws {
    #expect { try decode(Array("RIFF no Ogg".utf8)) } throws: {
      "\($0)" == "decode 11 bytes: not an Ogg stream: no page in it"
    }
    let decoder = OggVorbisDecoder()
    decoder.push([UInt8](repeating: 7, count: 200_000))
    #expect(throws: MediaError.self) { try decoder.next() }
    #expect(throws: MediaError.self) { try decode([]) }
  }

  @Test(.enabled(if: Programs.ffmpeg != nil, "ffmpeg is not installed"))
  func `Ogg without Vorbis is refused`() throws {
    try Programs.withFolder { folder in
      try Programs.run(
        Programs.ffmpeg,
        [
          "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "flac",
          folder + "/flac.ogg",
        ])
      let stream = try Programs.read(folder + "/flac.ogg")
      #expect { try decode(stream) } throws: {
        "\($0)" == "decode Ogg stream: no Vorbis sound among its streams"
      }
    }
  }

  @Test func `no mutation of a stream crashes the decoder`() throws {
    let stream = try vorbis(frames: 6000, rate: 8000, channels: 1)
    for mutant in mutants(of: stream, count: 300, seed: 41) { _ = try? decode(mutant) }
    // The CRC stops most mutants: these have theirs made right again.
    for mutant in mutants(of: stream, count: 300, seed: 42) {
      _ = try? decode(withRightChecks(mutant))
    }
  }

  /// The stream with the check of each page computed anew, wherever its pages' marks still stand.
  private func withRightChecks(_ stream: [UInt8]) -> [UInt8] {
    var stream = stream
    let marks = stream.indices.dropLast(27).filter {
      stream[$0...].starts(with: Array("OggS".utf8))
    }
    for (mark, next) in zip(marks, marks.dropFirst() + [stream.count]) {
      for index in 22..<26 { stream[mark + index] = 0 }
      var check: UInt32 = 0
      for byte in stream[mark..<next] {
        check ^= UInt32(byte) << 24
        for _ in 0..<8 { check = check & 0x8000_0000 == 0 ? check << 1 : check << 1 ^ 0x04C1_1DB7 }
      }
      for index in 0..<4 {
        stream[mark + 22 + index] = UInt8(truncatingIfNeeded: check >> (8 * index))
      }
    }
    return stream
  }
}
