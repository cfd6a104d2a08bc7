// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

/// A minute of video, 25 pictures a second, each with its number drawn in as twelve bars.
///
/// Made by ffmpeg once and kept under `.build`.
enum Clip: String, CaseIterable, Sendable {
  case mpeg1PS = "mpeg1.mpg"
  case mpeg1PSLate = "mpeg1_late.mpg"
  case mpeg2TS = "mpeg2.ts"
  case mpeg2TSLate = "mpeg2_late.ts"
  case mpeg2PS = "mpeg2.vob"
  case h264TS = "h264_open_gop.ts"
  case h264TSLate = "h264_late.ts"
  case h264Fields = "h264_fields.ts"
  case h264MP4 = "h264.mp4"
  case h264MKV = "h264.mkv"
  case aspAVI = "asp.avi"

  static let pictureCount = 1500
  static let pictureDuration: Int64 = 40_000
  private static let bits = 12

  /// Where the clip lies, made now if it has never been.
  var path: String { Self.paths[self] ?? "" }

  private static let paths: [Clip: String] = {
    let directory = ".build/recording-test-clips"
    _ = unsafe system("mkdir -p \(directory)")
    var paths: [Clip: String] = [:]
    for clip in allCases {
      let path = "\(directory)/\(clip.rawValue)"
      paths[clip] = path
      if unsafe access(path, R_OK) == 0 { continue }
      let ground = "drawbox=x=0:y=0:w=192:h=72:c=black:t=fill"
      let bars =
        [ground]
        + (0..<bits).map {
          "drawbox=x=\($0 * 16):y=0:w=16:h=72:c=white:t=fill:enable='bitand(n,\(1 << $0))'"
        }
      let source = "testsrc2=size=192x144:rate=25:duration=60"
      let temporary = "\(directory)/making-\(clip.rawValue)"
      _ = unsafe system(
        """
        ffmpeg -nostdin -v error -y -f lavfi -i '\(source)' \
        -vf "\(bars.joined(separator: ","))" \(clip.coding) \(temporary) \
        && mv \(temporary) \(path)
        """)
    }
    return paths
  }()

  private var coding: String {
    let late = "-output_ts_offset 3600"
    let mpeg = "-q:v 3 -bf 2 -g 12"
    let h264 = "-codec:v libx264 -preset veryfast"
    return switch self {
    case .mpeg1PS: "-codec:v mpeg1video \(mpeg)"
    case .mpeg1PSLate: "-codec:v mpeg1video \(mpeg) \(late)"
    case .mpeg2TS: "-codec:v mpeg2video \(mpeg)"
    case .mpeg2TSLate: "-codec:v mpeg2video \(mpeg) \(late)"
    case .mpeg2PS: "-codec:v mpeg2video \(mpeg) -f vob"
    case .h264TS: "\(h264) -x264-params open-gop=1:keyint=40:bframes=3"
    case .h264TSLate: "\(h264) -x264-params keyint=25:bframes=2 \(late)"
    case .h264Fields: "\(h264) -flags +ildct+ilme -x264-params tff=1:keyint=40"
    case .h264MP4: "\(h264) -x264-params keyint=250:bframes=3"
    case .h264MKV: "\(h264) -x264-params keyint=100:bframes=3"
    case .aspAVI: "-codec:v mpeg4 -q:v 3 -g 50 -bf 0"
    }
  }

  /// The number drawn in a picture.
  static func number(in jpeg: [UInt8]) throws -> Int {
    let picture = try JPEGDecoder().decode(jpeg)
    var number = 0
    for bit in 0..<bits {
      let column = (2 * bit + 1) * picture.width / (2 * bits)
      let pixel = 3 * (picture.height / 4 * picture.width + column)
      if picture.pixels[pixel + 1] > 127 { number |= 1 << bit }
    }
    return number
  }
}
