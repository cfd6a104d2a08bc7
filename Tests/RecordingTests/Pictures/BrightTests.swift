// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

@testable import Recording

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct BrightTests {
  /// The published formulas once more, as plainly as can be (SMPTE ST 2084, BT.2390, sRGB).
  private func number(_ light: Double) -> Double {
    let y = pow(light / 10_000, 2610.0 / 16384)
    return pow((3424.0 / 4096 + 2413.0 / 128 * y) / (1 + 2392.0 / 128 * y), 2523.0 / 32)
  }

  private func light(_ number: Double) -> Double {
    let n = pow(number, 32.0 / 2523)
    return 10_000
      * pow(max(n - 3424.0 / 4096, 0) / (2413.0 / 128 - 2392.0 / 128 * n), 16384.0 / 2610)
  }

  /// The screen's number 0...255 of a grey of so many cd/m2, mastered for `peak`.
  private func shown(_ grey: Double, peak: Double) -> Double {
    let (top, most) = (number(peak), number(203) / number(peak))
    let (e, ks) = (number(min(grey, peak)) / top, 1.5 * most - 0.5)
    var fitted = min(grey, peak)
    if e > ks {
      let t = (e - ks) / (1 - ks)
      let p0 = (2 * t * t * t - 3 * t * t + 1) * ks
      let p1 = (t * t * t - 2 * t * t + t) * (1 - ks) + (3 * t * t - 2 * t * t * t) * most
      fitted = light((p0 + p1) * top)
    }
    let part = min(fitted / 203, 1)
    return 255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * pow(part, 1 / 2.4) - 0.055)
  }

  private func grey(_ colours: FrameColours, _ value: Double) -> (luma: Int, blue: Int, red: Int) {
    let deep = DeepPicture(width: 2, height: 2)
    for row in 0..<2 {
      for column in 0..<2 {
        deep.set(row: row, column: column, (UInt16(4096 + 56064 * value), 32768, 32768))
      }
    }
    return LightMap(colours).picture(of: deep).withPlanes { luma, blue, red in
      unsafe (Int(luma[0]), Int(blue[0]), Int(red[0]))
    }
  }

  @Test(arguments: [203.0, 400, 1000, 4000, 10_000], [0.1, 5, 26, 80, 203, 500, 1000, 9000])
  func `greys of every light meet the published curves`(peak: Double, light: Double) {
    let colours = FrameColours(light: .perceptual, primaries: .bt2020, peak: peak)
    let result = grey(colours, number(light))
    #expect(abs(Double(result.luma) - shown(light, peak: peak)) <= 1.5)
    #expect(abs(result.blue - 128) <= 1 && abs(result.red - 128) <= 1)
  }

  // ITU-R BT.2408, table 1: what is grey and white in PQ and in hybrid log-gamma alike.
  @Test(arguments: [(0.38, 0.38), (0.58, 0.75)])
  func `both kinds of brightness agree on grey and white`(perceptual: Double, hybrid: Double) {
    let one = grey(FrameColours(light: .perceptual, primaries: .bt2020, peak: 1000), perceptual)
    let other = grey(FrameColours(light: .hybrid, primaries: .bt2020, peak: nil), hybrid)
    #expect(abs(one.luma - other.luma) <= 2)
  }

  /// A picture up to 1,000 cd/m2, in a container that tells of its light or doesn't.
  private static let clip = MadeClip.path(
    "bright.mkv",
    "-f lavfi -i testsrc2=s=160x120:r=25 -frames:v 2 -vf gblur=6,format=gbrp,"
      + "zscale=min=gbr:tin=709:pin=709:rin=full:m=gbr:t=linear:npl=1000:p=2020,"
      + "format=gbrpf32le,zscale=t=smpte2084:npl=1000:m=2020_ncl:r=limited,format=yuv420p10le "
      + "-codec:v ffv1")

  @Test func `a bright picture fits as ffmpeg's own light says`() throws {
    // Linear light of BT.709's primaries, 1 is white: from here on the test's own formulas.
    let bytes = MadeClip.raw(
      Self.clip,
      "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=709,format=gbrpf32le",
      format: "gbrpf32le")
    let count = 160 * 120
    try #require(bytes.count == 12 * count)
    let floats = unsafe bytes.withUnsafeBytes { raw in
      (0..<3 * count).map { unsafe raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    var wanted: [UInt8] = []
    for pixel in 0..<count {
      // Planes are green, blue, red.
      var rgb = [floats[2 * count + pixel], floats[pixel], floats[count + pixel]].map(Double.init)
      let luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
      if let least = rgb.min(), least < 0 {
        rgb = rgb.map { luma + ($0 - luma) * luma / (luma - least) }
      }
      let most = max(rgb.max() ?? 0, 1e-6)
      let fitted = linear(shown(most * 203, peak: 1000) / 255)
      wanted += rgb.map { UInt8(min(max(255 * screen($0 * fitted / most), 0), 255).rounded()) }
    }
    let picture = try MadeClip.picture(Self.clip, width: 160)
    let likeness = Likeness.psnr(picture.pixels, wanted)
    #expect(likeness > 33, "\(likeness) dB")
  }

  private func linear(_ number: Double) -> Double {
    number <= 0.04045 ? number / 12.92 : pow((number + 0.055) / 1.055, 2.4)
  }

  private func screen(_ light: Double) -> Double {
    light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
  }

  @Test func `primaries turn grey into the same grey and red into red`() {
    for primaries in [Primaries.bt709, .bt2020, .displayP3] {
      let white = primaries.toBT709 * [1, 1, 1]
      for part in 0..<3 { #expect(abs(white[part] - 1) < 1e-9) }
    }
    // BT.2087's matrix of BT.2020 to BT.709.
    let red = Primaries.bt2020.toBT709 * [1, 0, 0]
    #expect(abs(red.x - 1.6605) < 1e-3 && abs(red.y + 0.1246) < 1e-3 && abs(red.z + 0.0182) < 1e-3)
  }
}
