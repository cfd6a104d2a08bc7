// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Recording

/// Small clips that a test has ffmpeg make, kept under `.build`.
enum MadeClip {
  private static let directory = ".build/recording-test-clips"

  /// Makes a clip if it has never been made.
  ///
  /// - Parameters:
  ///   - name: Of the file.
  ///   - arguments: ffmpeg's, without the output.
  /// - Returns: Where it lies.
  static func path(_ name: String, _ arguments: String) -> String {
    _ = unsafe system("mkdir -p \(directory)")
    let path = "\(directory)/\(name)"
    if unsafe access(path, R_OK) == 0 { return path }
    // Tests run side by side: each makes its own, the last one stays.
    let draft = "\(directory)/making-\(UInt64.random(in: 0...UInt64.max))-\(name)"
    _ = unsafe system(
      "ffmpeg -nostdin -v error -y \(arguments) -threads 1 \(draft) && mv \(draft) \(path)")
    return path
  }

  /// What ffmpeg makes of a clip's first picture, as raw bytes.
  static func raw(_ path: String, _ filters: String, format: String) -> [UInt8] {
    let output = "\(directory)/raw-\(UInt64.random(in: 0...UInt64.max))"
    _ = unsafe system(
      "ffmpeg -nostdin -v error -y -i \(path) -frames:v 1 -vf '\(filters)' -pix_fmt \(format) "
        + "-f rawvideo \(output)")
    defer { _ = unsafe unlink(output) }
    return Shell.contents(of: output)
  }

  /// A clip's first picture as we give it.
  static func picture(_ path: String, width: Int) throws -> RGBPicture {
    var settings = PreviewSettings()
    settings.width = width
    settings.quality = 100
    settings.mode = .exact
    settings.count = 1
    let frame = try PreviewExtractor(path: path, settings: settings).next()
    return try JPEGDecoder().decode(frame?.jpeg ?? [])
  }
}

/// How near two pictures are.
enum Likeness {
  /// Peak signal to noise in dB, of bytes.
  static func psnr(_ one: [UInt8], _ other: [UInt8]) -> Double {
    guard one.count == other.count, !one.isEmpty else { return 0 }
    let sum = zip(one, other).reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
    return sum == 0 ? 99 : 10 * log10(65025 * Double(one.count) / Double(sum))
  }

  /// Structural similarity of green, the mean over blocks of 8 x 8, each 4 further.
  static func ssim(_ one: RGBPicture, _ other: RGBPicture) -> Double {
    guard one.width == other.width, one.height == other.height else { return 0 }
    var (total, count) = (0.0, 0.0)
    for top in stride(from: 0, through: one.height - 8, by: 4) {
      for left in stride(from: 0, through: one.width - 8, by: 4) {
        var (a, b, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in top..<top + 8 {
          for column in left..<left + 8 {
            let place = 3 * (row * one.width + column) + 1
            let (x, y) = (Double(one.pixels[place]), Double(other.pixels[place]))
            (a, b, aa, bb, ab) = (a + x, b + y, aa + x * x, bb + y * y, ab + x * y)
          }
        }
        let (ma, mb) = (a / 64, b / 64)
        let (va, vb, cov) = (aa / 64 - ma * ma, bb / 64 - mb * mb, ab / 64 - ma * mb)
        total +=
          (2 * ma * mb + 6.5025) * (2 * cov + 58.5225)
          / ((ma * ma + mb * mb + 6.5025) * (va + vb + 58.5225))
        count += 1
      }
    }
    return total / max(count, 1)
  }

  /// The mean colour of a part of a picture, given in fractions of its sides.
  static func mean(
    _ picture: RGBPicture, across: ClosedRange<Double>, down: ClosedRange<Double>
  ) -> [Double] {
    var sum = [0.0, 0.0, 0.0]
    var count = 0.0
    let columns =
      Int(
        across.lowerBound * Double(picture.width))..<Int(
        across.upperBound * Double(picture.width))
    let rows =
      Int(
        down.lowerBound * Double(picture.height))..<Int(
        down.upperBound * Double(picture.height))
    for row in rows {
      for column in columns {
        for part in 0..<3 {
          sum[part] += Double(picture.pixels[3 * (row * picture.width + column) + part])
        }
        count += 1
      }
    }
    return sum.map { $0 / max(count, 1) }
  }
}
