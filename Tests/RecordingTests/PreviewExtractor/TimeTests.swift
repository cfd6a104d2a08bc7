// SPDX-License-Identifier: Apache-2.0
import Recording
import Testing

/// Times that wrap, jump, or begin anywhere, also where slots lie so far apart that much is skipped.
@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct TimeTests {
  /// Refreshed column by column: recovery points, and one key picture at the beginning.
  static let refreshed = Made.file(
    "refresh.ts",
    "-f lavfi -i testsrc2=size=192x144:rate=25:duration=20 -codec:v libx264 -preset veryfast "
      + "-x264-params intra-refresh=1:keyint=50:bframes=0 -f mpegts")
  /// 33 bits of 90 kHz end at 95443.7 s: these wrap after 3.7, 30 and 59.7 s.
  static let wrapping = [95_440, 95_413, 95_384].map { begin in
    Made.file(
      "wrap_\(begin).ts", "-i \(Clip.mpeg2TS.path) -c copy -output_ts_offset \(begin) -f mpegts")
  }

  func check(_ extraction: Extraction, _ mode: PickMode, shift: Int64 = 0) throws {
    for frame in extraction.frames {
      let number = Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration
      #expect(number == frame.time - shift, "\(mode) slot \(frame.slot)")
    }
  }

  @Test(arguments: wrapping, PickMode.allCases)
  func `times that wrap in the middle go on, whatever is skipped`(
    path: String, mode: PickMode
  ) throws {
    for interval in [2, 13, 25] {
      let extraction = try Extraction(path, mode, .seconds(interval))
      #expect(extraction.frames.count == (59 + interval) / interval)
      #expect(extraction.verdict == .complete)
      #expect(!extraction.extractor.dependsOnHistory)
      try check(extraction, mode)
    }
  }

  @Test(arguments: [4000, -1800], PickMode.allCases)
  func `a joint between slots far apart is noticed`(shift: Int, mode: PickMode) throws {
    let file = Made.joined(.mpeg2TSLate, shift: shift, tag: "sparse_\(mode)")
    let extraction = try Extraction(file.path, mode, .seconds(25))
    #expect(extraction.frames.count == 5)
    #expect(extraction.extractor.dependsOnHistory)
    for frame in extraction.frames {
      let number = Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration
      let isSecond = frame.slot > 2
      #expect(abs(frame.time - number - (isSecond ? 60_000_000 : 0)) <= 200_000)
    }
  }

  @Test(arguments: PickMode.allCases)
  func `a recording cut at both ends begins with its first whole picture`(mode: PickMode) throws {
    let bytes = Shell.contents(of: Clip.mpeg2TS.path)
    let file = TemporaryFile(
      Array(bytes[(bytes.count / 3 + 77)..<(bytes.count * 3 / 4)]), ending: "ts")
    let extraction = try Extraction(file.path, mode, .seconds(7))
    #expect(3...5 ~= extraction.frames.count)
    let numbers = try extraction.frames.map { try Clip.number(in: $0.jpeg) }
    let first = Int64(numbers[0]) * Clip.pictureDuration - extraction.frames[0].time
    for (frame, number) in zip(extraction.frames, numbers) {
      #expect(Int64(number) * Clip.pictureDuration - frame.time == first)
    }
  }

  @Test(arguments: PickMode.allCases)
  func `a recording without key pictures is decoded from what there is`(mode: PickMode) throws {
    let bytes = Shell.contents(of: Self.refreshed)
    let file = TemporaryFile(Array(bytes.dropFirst(bytes.count / 4 / 188 * 188)), ending: "ts")
    let extraction = try Extraction(file.path, mode, .seconds(2))
    #expect(6...8 ~= extraction.frames.count)
    for (frame, next) in zip(extraction.frames, extraction.frames.dropFirst()) {
      #expect(frame.time <= next.time)
    }
  }
}
