// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct ChoiceTests {
  /// 60 s, a key picture each 0.48 s; black from 9 to 13 s and from 30 to 50 s.
  static let black = Made.file(
    "black.ts",
    "-f lavfi -i testsrc2=size=192x144:rate=25:duration=60 -vf "
      + "\"drawbox=t=fill:c=black:enable='between(t,9,13)+between(t,30,50)'\" "
      + "-codec:v mpeg2video -q:v 3 -bf 2 -g 12 -f mpegts")
  /// 60 s in four scenes, which begin at 7, 22 and 41 s with a key picture.
  static let scenes = Made.file(
    "scenes.ts",
    "-f lavfi -i testsrc2=size=192x144:rate=25:duration=60 -vf "
      + "\"drawbox=t=fill:h=ih/2:c=white:enable='between(t,7,21.99)',"
      + "drawbox=t=fill:y=ih/3:c=black:enable='gte(t,41)'\" "
      + "-codec:v mpeg2video -q:v 3 -bf 0 -g 12 -force_key_frames 7,22,41 -f mpegts")

  func settings(_ mode: PickMode) -> PreviewSettings {
    var settings = PreviewSettings()
    settings.mode = mode
    return settings
  }

  @Test(arguments: PickMode.allCases)
  func `a black picture is passed over for the first that shows something`(
    mode: PickMode
  ) throws {
    var settings = settings(mode)
    settings.skipBlack = true
    let frames = try Extraction(Self.black, settings).frames
    #expect(frames.map(\.slot) == [0, 1, 2, 3, 4, 5])
    #expect(frames[0].note == nil && frames[2].note == nil)
    guard case .passedOver(let time) = frames[1].note else {
      Issue.record("\(String(describing: frames[1].note))")
      return
    }
    #expect(9_000_000...13_000_000 ~= time)
    #expect(13_000_000..<15_000_000 ~= frames[1].time)
    #expect(try brightness(frames[1]) > 40)
    // 35 s and before is black: nothing better lies within half an interval.
    #expect(frames[3].note == .uniform)
    #expect(frames[4].note == .uniform)
    #expect(abs(frames[3].time - 30_000_000) <= 480_000)
    settings.skipBlack = false
    #expect(try Extraction(Self.black, settings).frames.allSatisfy { $0.note == nil })
  }

  @Test(arguments: PickMode.allCases)
  func `passing over is the same for a slot alone`(mode: PickMode) throws {
    var settings = settings(mode)
    settings.interval = .seconds(3)
    settings.skipBlack = true
    let whole = try Extraction(Self.black, settings).frames
    for slot in [3, 4, 10, 16, 17] {
      settings.start = .seconds(3 * slot)
      settings.count = 1
      let alone = try Extraction(Self.black, settings).frames
      #expect(alone.map(\.jpeg) == [whole[slot].jpeg])
      #expect(alone.map(\.note) == [whole[slot].note])
    }
  }

  @Test(arguments: PickMode.allCases)
  func `a slot shows the new scene that begins near it`(mode: PickMode) throws {
    var settings = settings(mode)
    settings.scene = true
    let frames = try Extraction(Self.scenes, settings).frames
    #expect(frames.map(\.slot) == [0, 1, 2, 3, 4, 5])
    #expect(frames.map { $0.note == .scene } == [false, true, true, false, true, false])
    for (slot, time) in [1: 7, 2: 22, 4: 41] as [Int: Int64] {
      // A key picture may be the next after a change.
      #expect(0...500_000 ~= frames[slot].time - time * 1_000_000)
    }
    settings.start = .seconds(40)
    settings.count = 1
    let alone = try Extraction(Self.scenes, settings).frames
    #expect(alone.map(\.jpeg) == [frames[4].jpeg])
  }

  func brightness(_ frame: ExtractedFrame) throws -> Int {
    let pixels = try JPEGDecoder().decode(frame.jpeg).pixels
    return pixels.reduce(0) { $0 + Int($1) } / pixels.count
  }
}
