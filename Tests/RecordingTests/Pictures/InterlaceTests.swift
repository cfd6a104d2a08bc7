// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@testable import Recording

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct InterlaceTests {
  private static let source = "-f lavfi -i testsrc2=s=720x576:r=50"
  private static func coding(_ isTopFirst: Bool) -> String {
    "-frames:v 4 -codec:v mpeg2video -q:v 2 -flags +ildct+ilme -top \(isTopFirst ? 1 : 0)"
  }

  /// Fields of two times; picture n of 25 a second begins with picture 2n of the source.
  private static func fields(_ isTopFirst: Bool, _ filters: String, _ name: String) -> String {
    let weave = "tinterlace=\(isTopFirst ? "interleave_top" : "interleave_bottom")"
    return MadeClip.path(
      "fields-\(name)-\(isTopFirst).ts",
      "\(source) -vf \(filters),format=yuv420p,\(weave),setfield=\(isTopFirst ? "tff" : "bff") "
        + coding(isTopFirst))
  }

  @Test(arguments: [true, false], [320, 720])
  func `the field shown first is what is seen`(isTopFirst: Bool, width: Int) throws {
    // Each picture of the source is darker than the one before.
    let path = Self.fields(isTopFirst, "geq=lum=220-N*20:cb=100+N*8:cr=128", "fading")
    let picture = try MadeClip.picture(path, width: width)
    let mean = Likeness.mean(picture, across: 0...1, down: 0...1)
    for (across, down) in [(0.1, 0.2), (0.5, 0.5), (0.8, 0.7)] {
      let part = Likeness.mean(picture, across: across...across + 0.1, down: down...down + 0.1)
      for index in 0..<3 { #expect(abs(part[index] - mean[index]) < 2) }
    }
    // Luma 220 of limited range is 238, and its green with Cb 100 about 10 more.
    #expect(abs(0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2] - 237.5) < 3, "\(mean)")
  }

  @Test(arguments: [true, false])
  func `a large picture has no combs and keeps its lines`(isTopFirst: Bool) throws {
    let path = Self.fields(isTopFirst, "null", "moving")
    let wanted = try MadeClip.picture(
      MadeClip.path("progressive.ts", "\(Self.source) -frames:v 2 -codec:v mpeg2video -q:v 2"),
      width: 720)
    let likeness = Likeness.ssim(try MadeClip.picture(path, width: 720), wanted)
    #expect(likeness > 0.95, "\(likeness)")
  }

  @Test func `both fields of one time stay as they are`() throws {
    let film = MadeClip.path(
      "film.ts", "\(Self.source) -vf format=yuv420p,setfield=tff " + Self.coding(true))
    let wanted = try MadeClip.picture(
      MadeClip.path("progressive.ts", "\(Self.source) -frames:v 2 -codec:v mpeg2video -q:v 2"),
      width: 720)
    let likeness = Likeness.ssim(try MadeClip.picture(film, width: 720), wanted)
    #expect(likeness > 0.97, "\(likeness)")
  }
}
