// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

@testable import Recording

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct ColourTests {
  // Soft, so that halved chroma loses little.
  static let source = "-f lavfi -i testsrc2=s=160x120:r=25 -frames:v 2"
  static let soft = "gblur=8,format=gbrp"

  /// The picture before it was coded.
  static let original = MadeClip.raw(
    MadeClip.path("soft.nut", "\(source) -vf \(soft) -codec:v rawvideo"), "null",
    format: "rgb24")

  @Test(arguments: [
    ("yuv420p", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv420p", "matrixin=gbr:matrix=709:range=full"),
    ("yuv420p", "matrixin=gbr:matrix=470bg:range=limited"),
    ("yuv422p", "matrixin=gbr:matrix=470bg:range=full"),
    ("yuv444p", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv444p", "matrixin=gbr:matrix=fcc:range=limited"),
    ("yuv444p", "matrixin=gbr:matrix=ycgco:range=limited"),
    ("yuv440p", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv410p", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv420p10le", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv422p10le", "matrixin=gbr:matrix=709:range=full"),
    ("yuv444p12le", "matrixin=gbr:matrix=709:range=limited"),
    ("yuv420p16le", "matrixin=gbr:matrix=470bg:range=full"),
  ])
  func `colours come out as they went in, by any matrix, range and depth`(
    format: String, coding: String
  ) throws {
    let name = "colour-\(format)-\(coding.filter { $0 != ":" && $0 != "=" }).mkv"
    let path = MadeClip.path(
      name, "\(Self.source) -vf \(Self.soft),zscale=\(coding),format=\(format) -codec:v ffv1")
    let likeness = Likeness.psnr(try MadeClip.picture(path, width: 160).pixels, Self.original)
    // A quarter of the chroma lines and columns is the least.
    #expect(likeness > (format == "yuv410p" ? 31 : 33), "\(format) \(coding): \(likeness) dB")
  }

  @Test(arguments: ["rgb24", "bgr24", "gbrp", "gbrp10le", "rgb48le", "bgr0", "rgb565le"])
  func `red, green and blue come out as they went in`(format: String) throws {
    let path = MadeClip.path(
      "rgb-\(format).nut",
      "\(Self.source) -vf \(Self.soft),format=\(format) -codec:v rawvideo -strict -1")
    let likeness = Likeness.psnr(try MadeClip.picture(path, width: 160).pixels, Self.original)
    #expect(likeness > (format == "rgb565le" ? 31 : 33), "\(format): \(likeness) dB")
  }

  @Test func `a palette comes out as it went in`() throws {
    let path = MadeClip.path(
      "palette.avi",
      "-f lavfi -i smptebars=s=160x120:r=25 -frames:v 2 -vf format=rgb24,format=pal8 "
        + "-codec:v rawvideo -pix_fmt pal8")
    let picture = try MadeClip.picture(path, width: 160)
    let wanted = RGBPicture(
      width: 160, height: 120, pixels: MadeClip.raw(path, "format=rgb24", format: "rgb24"))
    // Seven bars, away from their edges, where chroma is shared.
    for bar in 0..<7 {
      let across = (Double(bar) + 0.3) / 7...(Double(bar) + 0.7) / 7
      let found = Likeness.mean(picture, across: across, down: 0.1...0.5)
      let right = Likeness.mean(wanted, across: across, down: 0.1...0.5)
      for part in 0..<3 { #expect(abs(found[part] - right[part]) < 8, "bar \(bar): \(found)") }
    }
  }

  @Test func `the weights of each matrix are told apart`() {
    // Pure red, green and blue must come back from what H.273 makes of them.
    let weights: [(ColourMatrix, red: Double, blue: Double)] = [
      (.bt601, 0.299, 0.114), (.bt709, 0.2126, 0.0722), (.bt2020, 0.2627, 0.0593),
      (.fcc, 0.30, 0.11), (.smpte240m, 0.212, 0.087),
    ]
    for (matrix, red, blue) in weights {
      for colour in [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]] as [SIMD3<Double>] {
        let luma = red * colour.x + (1 - red - blue) * colour.y + blue * colour.z
        let coded = SIMD3(
          luma, (colour.z - luma) / (2 * (1 - blue)), (colour.x - luma) / (2 * (1 - red)))
        let back = matrix.toRGB * coded
        for part in 0..<3 { #expect(abs(back[part] - colour[part]) < 1e-9) }
      }
    }
  }

  @Test(arguments: [("gray", "ffv1"), ("gray10le", "ffv1"), ("gray", "png")])
  func `grey keeps its black and white`(format: String, codec: String) throws {
    let path = MadeClip.path(
      "grey-\(format)-\(codec).mkv",
      "-f lavfi -i 'color=black:s=64x64:r=25,format=gbrp,drawbox=x=32:w=32:h=64:c=white:t=fill' "
        + "-frames:v 2 -vf format=gray,scale=in_range=full:out_range=full,format=\(format) "
        + "-color_range pc -codec:v \(codec)")
    let picture = try MadeClip.picture(path, width: 64)
    #expect(Likeness.mean(picture, across: 0.05...0.4, down: 0...1).allSatisfy { $0 < 3 })
    #expect(Likeness.mean(picture, across: 0.6...0.95, down: 0...1).allSatisfy { $0 > 252 })
  }

  @Test(arguments: [(63, 47), (17, 33), (161, 121)])
  func `odd sides lose nothing at the edges`(width: Int, height: Int) throws {
    let path = MadeClip.path(
      "odd-\(width)x\(height).mkv",
      "-f lavfi -i color=yellow:s=\(width)x\(height):r=25 -frames:v 2 -pix_fmt yuv420p "
        + "-codec:v ffv1")
    let picture = try MadeClip.picture(path, width: 64)
    let corner = Likeness.mean(picture, across: 0.9...1, down: 0.9...1)
    #expect(corner[0] > 240 && corner[1] > 240 && corner[2] < 15, "\(corner)")
  }
}
