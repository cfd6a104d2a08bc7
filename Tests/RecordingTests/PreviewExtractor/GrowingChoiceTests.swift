// SPDX-License-Identifier: Apache-2.0
import Recording
import Testing

/// Choosing among many pictures, while the recording that they are in grows.
@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct GrowingChoiceTests {
  func follow(_ path: String, _ settings: PreviewSettings) throws {
    let tests = GrowingTests()
    let file = GrowingFile(Shell.contents(of: path), ending: "ts")
    let (run, early) = try tests.followed(file, settings, slice: 20_000, seed: 7)
    let whole = try tests.finished(path, settings)
    #expect(run.slots == whole.slots && run.times == whole.times)
    #expect((run.jpegs == whole.jpegs) == true)
    #expect(run.verdict == whole.verdict)
    #expect(early > 0)
  }

  @Test(arguments: PickMode.allCases, [Duration.seconds(3), .seconds(10)])
  func `a black picture is passed over alike`(mode: PickMode, interval: Duration) throws {
    var settings = GrowingTests.settings(mode, interval)
    settings.skipBlack = true
    try follow(ChoiceTests.black, settings)
  }

  @Test(arguments: PickMode.allCases, [Duration.seconds(3), .seconds(20)])
  func `a new scene is found alike`(mode: PickMode, interval: Duration) throws {
    var settings = GrowingTests.settings(mode, interval)
    settings.scene = true
    try follow(ChoiceTests.scenes, settings)
  }

  @Test func `what it took isn't forgotten when the recording is finished`() throws {
    let file = GrowingFile(Shell.contents(of: GrowingClip.mpeg2TS.path), ending: "ts")
    let follower = try RecordingFollower(
      path: file.path, settings: GrowingTests.settings(.exact, .seconds(1)))
    file.grow(by: .max / 2)
    try follower.recordingGrew()
    while case .picture = try follower.step() {}
    let before = try #require(follower.extractor?.statistics)
    #expect(before.packetsRead > 400 && before.picturesDecoded >= 18)
    try follower.recordingEnded()
    let after = try #require(follower.extractor?.statistics)
    #expect(after.packetsRead >= before.packetsRead)
    #expect(after.picturesDecoded >= before.picturesDecoded)
    #expect(after.bytesRead >= before.bytesRead && after.seeks >= before.seeks)
  }
}
