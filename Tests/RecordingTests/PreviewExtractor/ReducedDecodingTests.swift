// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

/// Key pictures are decoded at reduced size and without smoothing of block edges: nobody may see it.
@Suite(.enabled(if: Shelf.directory != nil, "set PREVIEW_MEDIA_DIR to the recordings"))
struct ReducedDecodingTests {
  static let names = [
    "bbb_h264_720p.mp4", "bikes_h264.mp4", "h264_1080p_10s.ts", "h264_720x480_sar11-12.mp4",
    "h264_run.mp4", "hevc_hdr10.mp4", "hevc_metadata_track.mp4", "mpeg4asp_960x400.avi",
    "dvb_mpeg2_576i_sar64-45.ts", "vp8_bbb_720p_30s.webm",
  ]

  @Test(arguments: names)
  func `a key picture looks like the one decoded in full`(name: String) throws {
    let path = "\(Shelf.directory ?? "")/\(name)"
    var settings = PreviewSettings()
    settings.count = 1
    settings.quality = 95
    settings.mode = .keyframe
    let quick = try #require(Extraction(path, settings).frames.first)
    // In full is what a run decodes: it begins with the same picture.
    settings.mode = .exact
    settings.interval = .microseconds(max(quick.time, 1000))
    if quick.time > 0 { settings.start = settings.interval }
    let full = try #require(Extraction(path, settings).frames.first)
    #expect(full.time == quick.time)
    let value = try similarity(of: luma(quick), and: luma(full))
    #expect(value >= 0.97, "\(value)")
  }

  func luma(_ frame: ExtractedFrame) throws -> (rows: [[Double]], width: Int) {
    let picture = try JPEGDecoder().decode(frame.jpeg)
    let rows = (0..<picture.height).map { row in
      (0..<picture.width).map { column in
        let pixel = 3 * (row * picture.width + column)
        let (red, green, blue) = (
          Double(picture.pixels[pixel]), Double(picture.pixels[pixel + 1]),
          Double(picture.pixels[pixel + 2])
        )
        return 0.299 * red + 0.587 * green + 0.114 * blue
      }
    }
    return (rows, picture.width)
  }

  /// Mean SSIM over squares of 8 by 8, every four (Wang and others, 2004).
  func similarity(
    of one: (rows: [[Double]], width: Int), and other: (rows: [[Double]], width: Int)
  ) -> Double {
    var (sum, count) = (0.0, 0.0)
    for top in stride(from: 0, through: one.rows.count - 8, by: 4) {
      for left in stride(from: 0, through: one.width - 8, by: 4) {
        var (a, b, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in top..<top + 8 {
          for column in left..<left + 8 {
            let (x, y) = (one.rows[row][column], other.rows[row][column])
            a += x
            b += y
            aa += x * x
            bb += y * y
            ab += x * y
          }
        }
        (a, b) = (a / 64, b / 64)
        let (varianceA, varianceB, common) = (aa / 64 - a * a, bb / 64 - b * b, ab / 64 - a * b)
        sum +=
          (2 * a * b + 6.5025) * (2 * common + 58.5225)
          / ((a * a + b * b + 6.5025) * (varianceA + varianceB + 58.5225))
        count += 1
      }
    }
    return sum / count
  }
}
