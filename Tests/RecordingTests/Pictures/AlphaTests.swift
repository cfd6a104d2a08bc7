// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct AlphaTests {
  /// Left: blue, seen as far as `share`; right: nothing, with white hidden in it.
  private func clip(_ name: String, _ format: String, _ coding: String) -> String {
    MadeClip.path(
      "alpha-\(name)",
      "-f lavfi -i 'color=white:s=128x64:r=25,format=rgba,"
        + "geq=r=255*gte(X\\,64):g=255*gte(X\\,64):b=255:a=if(gte(X\\,64)\\,0\\,128)' "
        + "-frames:v 2 -pix_fmt \(format) \(coding)")
  }

  @Test(arguments: [
    ("qtrle.mov", "argb", "-codec:v qtrle"), ("png.mov", "rgba", "-codec:v png"),
    ("ffv1.mkv", "yuva420p", "-codec:v ffv1"), ("deep.mkv", "yuva444p10le", "-codec:v ffv1"),
    ("planar.mkv", "bgra", "-codec:v ffv1"), ("planar.nut", "gbrap", "-codec:v rawvideo"),
    ("deep.nut", "rgba64le", "-codec:v rawvideo"),
    ("prores.mov", "yuva444p10le", "-codec:v prores_ks -profile:v 4 -alpha_bits 16"),
  ])
  func `what can be seen through lies over mid grey`(
    name: String, format: String, coding: String
  ) throws {
    let picture = try MadeClip.picture(clip(name, format, coding), width: 128)
    // Half of blue and half of grey; then grey alone, up to the edge, whatever is hidden below.
    let expected: [(ClosedRange<Double>, [Double])] = [
      (0.05...0.4, [64, 64, 192]), (0.54...0.6, [128, 128, 128]), (0.7...1, [128, 128, 128]),
    ]
    for (across, colour) in expected {
      let mean = Likeness.mean(picture, across: across, down: 0...1)
      for (value, wanted) in zip(mean, colour) {
        #expect(abs(value - wanted) < 5, "\(name) \(across): \(mean)")
      }
    }
  }

  @Test func `alpha is blended once, for every width`() throws {
    var settings = PreviewSettings()
    settings.widths = [128, 64]
    settings.count = 1
    let path = clip("png.mov", "rgba", "-codec:v png")
    let frame = try PreviewExtractor(path: path, settings: settings).next()
    for jpeg in frame?.jpegs ?? [] {
      let mean = Likeness.mean(try JPEGDecoder().decode(jpeg), across: 0.05...0.4, down: 0...1)
      #expect(abs(mean[2] - 192) < 5)
    }
    #expect(frame?.jpegs.count == 2)
  }
}
