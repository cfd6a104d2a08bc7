// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct ChangeTests {
  private func piece(_ name: String, _ size: String, _ coding: String, at time: Int) -> [UInt8] {
    Shell.contents(
      of: MadeClip.path(
        "piece-\(name).ts",
        "-f lavfi -i testsrc2=s=\(size):r=25:d=2 \(coding) -output_ts_offset \(time) -f mpegts"))
  }

  private static let mpeg2 = "-codec:v mpeg2video -q:v 4 -g 12"
  private static let h264 = "-codec:v libx264 -preset ultrafast -g 25"

  @Test(
    arguments: [
      [
        ("m1", "320x240", mpeg2), ("m2", "176x144", mpeg2 + " -flags +ildct+ilme -top 0"),
        ("m3", "720x576", mpeg2 + " -pix_fmt yuv422p"), ("m4", "64x32", mpeg2),
      ],
      [
        ("h1", "320x240", h264), ("h2", "640x90", h264 + " -pix_fmt yuv444p"),
        ("h3", "98x302", h264 + " -pix_fmt yuv420p10le -color_trc smpte2084"),
        ("h4", "320x240", h264 + " -pix_fmt gray"),
      ],
    ], PickMode.allCases)
  func `pictures that change size and format on the way all come out`(
    pieces: [(String, String, String)], mode: PickMode
  ) throws {
    let bytes = pieces.enumerated().flatMap { piece($1.0, $1.1, $1.2, at: 2 * $0) }
    let file = TemporaryFile(bytes, ending: "ts")
    var settings = PreviewSettings()
    settings.widths = [160, 64]
    settings.interval = .milliseconds(400)
    settings.mode = mode
    let extractor = try PreviewExtractor(path: file.path, settings: settings)
    var heights: Set<Int> = []
    while let frame = try extractor.next() {
      for (jpeg, width) in zip(frame.jpegs, settings.widths) {
        let picture = try JPEGDecoder().decode(jpeg)
        #expect(picture.width == width)
        heights.insert(picture.height)
      }
    }
    #expect(heights.count > 2)
  }
}
