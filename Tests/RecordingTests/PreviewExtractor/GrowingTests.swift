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
    for (interval, slice) in [(Duration.milliseconds(500), 120_000), (.milliseconds(7300), 30_000)]
    {
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

  @Test(arguments: [GrowingClip.h264MKV, .aspAVI, .h264FLV, .theoraOgg, .h264TS, .fragmentedMP4])
  func `what a recorder writes, and mends at its end, is followed alike`(
    clip: GrowingClip
  ) throws {
    // Raw pictures go in by hand, so the recorder gets on only as far as the test wants it to.
    let file = GrowingFile([], ending: clip.ending)
    guard let recorder = unsafe popen(clip.recorder(into: file.path), "we") else {
      Issue.record("no shell")
      return
    }
    var settings = Self.settings(.exact, .milliseconds(500))
    settings.width = 64
    let follower = try RecordingFollower(path: file.path, settings: settings)
    var run = Run()
    var early = 0
    for number in 0..<1000 {
      let picture = [UInt8](
        repeating: UInt8(truncatingIfNeeded: number * 7), count: 64 * 48 * 3 / 2)
      _ = unsafe fwrite(picture, 1, picture.count, recorder)
      guard number % 25 == 0 else { continue }
      unsafe fflush(recorder)
      try follower.recordingGrew()
      while case .picture(let frame) = try follower.step() {
        run.add(frame)
        early += 1
      }
    }
    unsafe pclose(recorder)
    try follower.recordingEnded()
    while case .picture(let frame) = try follower.step() { run.add(frame) }
    run.verdict = follower.verdict
    let whole = try finished(file.path, settings)
    #expect(whole.slots.count == 80)
    #expect(run.slots == whole.slots && run.times == whole.times)
    #expect((run.jpegs == whole.jpegs) == true)
    #expect(run.verdict == whole.verdict)
    #expect(early > 0)
  }

  @Test func `what isn't recorded yet is never taken for the end`() throws {
    let bytes = Shell.contents(of: GrowingClip.mpeg2TS.path)
    let file = GrowingFile(bytes, ending: "ts")
    let follower = try RecordingFollower(
      path: file.path, settings: Self.settings(.exact, .seconds(1)))
    guard case .waiting(let empty) = try follower.step() else {
      Issue.record("an empty file gave something")
      return
    }
    #expect(empty == RecordingError.Reason.empty.sentence)
    file.grow(by: bytes.count / 2)
    #expect(try follower.recordingGrew())
    var count = 0
    while case .picture = try follower.step() { count += 1 }
    #expect(count >= 8 && follower.extractor?.slotCount == nil)
    #expect(follower.extractor?.isGrowing == true)
    #expect(throws: RecordingError(name: file.path, reason: .notRecordedYet)) {
      try follower.extractor?.next()
    }
    #expect(try !follower.recordingGrew())
    guard case .waiting = try follower.step() else {
      Issue.record("it ended without a word")
      return
    }
  }

  @Test func `a recording that ends before its time says why`() throws {
    let bytes = Shell.contents(of: GrowingClip.mpeg2TS.path)
    let file = GrowingFile(bytes, ending: "ts")
    file.grow(by: bytes.count / 2)
    let follower = try RecordingFollower(
      path: file.path, settings: Self.settings(.exact, .seconds(1)))
    while case .picture = try follower.step() {}
    try follower.recordingEnded(because: "it was deleted")
    while case .picture = try follower.step() {}
    guard case .partial(_, "it was deleted") = follower.verdict else {
      Issue.record("\(follower.verdict)")
      return
    }
  }

  @Test func `a recording that becomes shorter is given up`() throws {
    let bytes = Shell.contents(of: GrowingClip.mpeg2TS.path)
    let file = GrowingFile(bytes, ending: "ts")
    file.grow(by: bytes.count / 2)
    let follower = try RecordingFollower(
      path: file.path, settings: Self.settings(.exact, .seconds(1)))
    while case .picture = try follower.step() {}
    file.shrink(to: 1000)
    #expect(throws: RecordingError(name: file.path, reason: .cutShort)) {
      try follower.recordingGrew()
    }
    guard case .end = try follower.step(), case .partial = follower.verdict else {
      Issue.record("\(follower.verdict)")
      return
    }
  }

  @Test func `nothing ever written, and an MP4 whose list comes last, are refused`() throws {
    let nothing = GrowingFile([], ending: "ts")
    let follower = try RecordingFollower(path: nothing.path, settings: PreviewSettings())
    #expect(throws: RecordingError(name: nothing.path, reason: .empty)) {
      try follower.recordingEnded()
    }
    let head: [UInt8] = [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0]
    let data: [UInt8] = [0, 0, 0, 0] + Array("mdat".utf8) + [UInt8](repeating: 1, count: 200_000)
    let unlisted = GrowingFile(head + data, ending: "mp4")
    unlisted.grow(by: 150_000)
    let other = try RecordingFollower(path: unlisted.path, settings: PreviewSettings())
    #expect(throws: RecordingError(name: unlisted.path, reason: .unfinishedMP4)) {
      try other.step()
    }
  }
}

@Suite(
  .enabled(
    if: Shelf.directory != nil && Shell.hasFFmpeg,
    "set PREVIEW_MEDIA_DIR to the recordings, and install ffmpeg"))
struct GrowingRealRecordingTests {
  @Test(arguments: Shelf.names.filter { Shelf.refused[$0] == nil }, PickMode.allCases)
  func `each real recording, copied slice by slice, gives what it gives when it is finished`(
    name: String, mode: PickMode
  ) throws {
    let path = "\(Shelf.directory ?? "")/\(name)"
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    let file = GrowingFile(Shell.contents(of: path), ending: ending)
    let tests = GrowingTests()
    let settings = GrowingTests.settings(mode, .milliseconds(700))
    let run: GrowingTests.Run
    do {
      run = try tests.followed(file, settings, slice: 150_000, seed: UInt64(name.count)).run
    } catch let error as RecordingError where error.reason == .unfinishedMP4 {
      // Its pictures come before their list.
      #expect(Shell.contents(of: path).prefix(64).contains(UInt8(ascii: "m")))
      return
    }
    let whole = try tests.finished(path, settings)
    #expect(run.slots == whole.slots)
    #expect(run.times == whole.times)
    #expect((run.jpegs == whole.jpegs) == true)
    #expect(run.verdict == whole.verdict)
  }
}
