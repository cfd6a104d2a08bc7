// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct MapUseTests {
  static let searched: [Clip] = [
    .mpeg1PS, .mpeg1PSLate, .mpeg2TS, .mpeg2TSLate, .mpeg2PS, .h264TS, .h264TSLate, .h264Fields,
  ]

  /// The map of a clip read through.
  func map(of clip: Clip) throws -> KeyMap {
    let map = try Extraction(clip.path, .keyframe, .seconds(1)).extractor.keyMap
    return try #require(KeyMap(bytes: map.bytes))
  }

  @Test(arguments: searched)
  func `reading through finds every key picture`(clip: Clip) throws {
    let keys = Shell.lines(
      "ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 \(clip.path)"
    ).count { $0.hasPrefix("K") }
    // After the last slot nothing is read but what decides it.
    #expect(try keys - 2...keys ~= map(of: clip).keys.count)
  }

  @Test(arguments: searched, PickMode.allCases)
  func `with a map the pictures are the same, and less is read`(
    clip: Clip, mode: PickMode
  ) throws {
    let without = try Extraction(clip.path, mode, .milliseconds(6700))
    let with = try Extraction(clip.path, mode, .milliseconds(6700), map: map(of: clip))
    #expect(with.frames.map(\.jpegs) == without.frames.map(\.jpegs))
    #expect(with.frames.map(\.time) == without.frames.map(\.time))
    #expect(with.verdict == .complete)
    let (cheap, dear) = (with.extractor.statistics, without.extractor.statistics)
    #expect(cheap.packetsRead < dear.packetsRead)
    #expect(cheap.bytesRead < dear.bytesRead)
    #expect(cheap.picturesDecoded <= dear.picturesDecoded)
    // One seek for each slot, but for program streams, whose pictures begin inside packets.
    #expect(cheap.seeks <= 2 * with.frames.count)
  }

  @Test(arguments: PickMode.allCases)
  func `a map of another recording is dropped`(mode: PickMode) throws {
    // The same beginning, hence the same facts, and then everything elsewhere.
    let bytes = Shell.contents(of: Clip.mpeg2TS.path)
    let cut = bytes.count / 188 / 3 * 188
    let file = TemporaryFile(
      Array(bytes[..<cut]) + Array(bytes[(cut + 188 * 700)...]) + [UInt8](bytes[..<(188 * 700)]),
      ending: "ts")
    let truth = try Extraction(file.path, mode, .seconds(4))
    let misled = try Extraction(file.path, mode, .seconds(4), map: map(of: .mpeg2TS))
    #expect(misled.frames.map(\.time) == truth.frames.map(\.time))
    #expect(misled.frames.map(\.jpeg) == truth.frames.map(\.jpeg))
  }

  @Test func `a map grows by what is read, and a part of one serves as far as it goes`() throws {
    let part = try Extraction(Clip.mpeg2TS.path, .keyframe, .seconds(20)).extractor.keyMap
    let whole = try map(of: .mpeg2TS)
    #expect(part.keys.count < whole.keys.count)
    let frames = try Extraction(Clip.mpeg2TS.path, .auto, .seconds(5), map: part)
    let expected = try Extraction(Clip.mpeg2TS.path, .auto, .seconds(5))
    #expect(frames.frames.map(\.jpeg) == expected.frames.map(\.jpeg))
    #expect(frames.extractor.keyMap.keys.count > part.keys.count)
  }

  @Test(arguments: [Clip.h264MP4, .h264MKV, .aspAVI])
  func `containers with a list need no map`(clip: Clip) throws {
    let map = try Extraction(clip.path, .keyframe, .seconds(10)).extractor.keyMap
    #expect(map.isEmpty)
  }
}
