// SPDX-License-Identifier: Apache-2.0
import Glibc
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct GrowingTests {
  struct Run: Equatable {
    var slots: [Int] = []
    var times: [Int64] = []
    var jpegs: [[UInt8]] = []
    var verdict = ExtractionVerdict.complete

    mutating func add(_ frame: ExtractedFrame) {
      slots.append(frame.slot)
      times.append(frame.time)
      jpegs.append(frame.jpeg)
    }
  }

  static func settings(_ mode: PickMode, _ interval: Duration) -> PreviewSettings {
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    return settings
  }

  func finished(_ path: String, _ settings: PreviewSettings) throws -> Run {
    let extractor = try PreviewExtractor(path: path, settings: settings)
    var run = Run()
    while let frame = try extractor.next() { run.add(frame) }
    run.verdict = extractor.verdict
    return run
  }

  /// Follows a file from nothing to its end; slices of 1 to `slice` bytes.
  func followed(
    _ file: GrowingFile, _ settings: PreviewSettings, slice: Int, seed: UInt64
  ) throws -> (run: Run, early: Int) {
    var chance = Chance(seed: seed)
    let follower = try RecordingFollower(path: file.path, settings: settings)
    var run = Run()
    var early = 0
    while true {
      switch try follower.step() {
      case .picture(let frame):
        run.add(frame)
        if !file.isWhole { early += 1 }
      case .waiting:
        if file.isWhole {
          try follower.recordingEnded()
        } else {
          file.grow(by: Int.random(in: 1...slice, using: &chance))
          try follower.recordingGrew()
        }
      case .end:
        run.verdict = follower.verdict
        return (run, early)
      }
    }
  }

  @Test(arguments: GrowingClip.allCases, PickMode.allCases)
  func `what comes out while it grows is what comes out of the finished recording`(
    clip: GrowingClip, mode: PickMode
  ) throws {
    for (interval, slice) in [(Duration.milliseconds(500), 120_000), (.milliseconds(7300), 30_000)] {
      let settings = Self.settings(mode, interval)
      let file = GrowingFile(Shell.contents(of: clip.path), ending: clip.ending)
      let (run, early) = try followed(file, settings, slice: slice, seed: 1)
      let whole = try finished(clip.path, settings)
      #expect(run.slots == whole.slots, "\(clip) \(mode) \(interval)")
      #expect(run.times == whole.times, "\(clip) \(mode) \(interval)")
      #expect((run.jpegs == whole.jpegs) == true)
      #expect(run.verdict == whole.verdict)
      #expect(early >= whole.slots.count / 2, "\(early) of \(whole.slots.count) while it grew")
    }
  }
}
