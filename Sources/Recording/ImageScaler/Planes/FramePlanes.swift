// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// What of a decoded picture is scaled: all of it, or one of its fields.
@safe struct FramePlanes {
  let width: Int
  let height: Int
  /// Without the formats that mean full range: swscale would shrink these by itself.
  let format: AVPixelFormat
  let planes: [UnsafePointer<UInt8>?]
  let strides: [Int32]
  /// Where chroma lies, as ``Rescaler/Task/chromaPlace``.
  let chromaPlace: (column: Int, row: Int)

  /// Two fields of different times.
  enum Field { case top, bottom }

  static let fullRangeTwins: [Int32: AVPixelFormat] = [
    AV_PIX_FMT_YUVJ420P.rawValue: AV_PIX_FMT_YUV420P,
    AV_PIX_FMT_YUVJ422P.rawValue: AV_PIX_FMT_YUV422P,
    AV_PIX_FMT_YUVJ444P.rawValue: AV_PIX_FMT_YUV444P,
    AV_PIX_FMT_YUVJ440P.rawValue: AV_PIX_FMT_YUV440P,
    AV_PIX_FMT_YUVJ411P.rawValue: AV_PIX_FMT_YUV411P,
  ]

  /// Formats without chroma, which swscale takes for full range whatever it is told.
  static func isGrey(_ format: AVPixelFormat) -> Bool {
    guard let descriptor = unsafe av_pix_fmt_desc_get(format) else { return false }
    let flags = unsafe descriptor.pointee.flags
    return unsafe descriptor.pointee.nb_components <= 2
      && flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM) == 0
  }

  /// The whole picture, or a field; the picture must outlive it.
  init(_ frame: Frame, field: Field? = nil) {
    let decoded = unsafe frame.pointer.pointee
    let format = unsafe AVPixelFormat(rawValue: decoded.format)
    self.format = Self.fullRangeTwins[format.rawValue] ?? format
    width = frame.width
    // The lower field of a height that isn't a multiple of four has a chroma row less.
    height =
      switch field {
      case nil: frame.height
      case .top: (frame.height + 1) / 2
      case .bottom: frame.height / 4 * 2
      }
    let (data, lines) = unsafe (decoded.data, decoded.linesize)
    let all = unsafe [data.0, data.1, data.2, data.3]
    let rows = [lines.0, lines.1, lines.2, lines.3]
    let isPalette = format == AV_PIX_FMT_PAL8
    unsafe planes = (0..<4).map { plane in
      let skipped = field == .bottom && !(isPalette && plane == 1) ? Int(rows[plane]) : 0
      return unsafe UnsafePointer(all[plane]).map { unsafe $0 + skipped }
    }
    strides = rows.map { field == nil ? $0 : 2 * $0 }
    chromaPlace = unsafe Self.chromaPlace(decoded, format: format, field: field)
  }

  private static func chromaPlace(
    _ frame: AVFrame, format: AVPixelFormat, field: Field?
  ) -> (column: Int, row: Int) {
    let middle = Rescaler.Task.middle
    guard let descriptor = unsafe av_pix_fmt_desc_get(format) else { return (middle, middle) }
    let isNarrow = unsafe descriptor.pointee.log2_chroma_w == 1
    let isLow = unsafe descriptor.pointee.log2_chroma_h == 1
    let location = unsafe frame.chroma_location
    let isFull =
      unsafe frame.color_range == AVCOL_RANGE_JPEG || fullRangeTwins[format.rawValue] != nil
    let isLeft =
      switch location {
      case AVCHROMA_LOC_LEFT, AVCHROMA_LOC_TOPLEFT, AVCHROMA_LOC_BOTTOMLEFT: true
      case AVCHROMA_LOC_UNSPECIFIED: !isFull
      default: false
      }
    let row =
      switch field {
      // A field's chroma lines lie a quarter of its line distance off the middle.
      case .top where isLow: 64
      case .bottom where isLow: 192
      default: isLow && location == AVCHROMA_LOC_TOPLEFT ? 0 : middle
      }
    return (isNarrow && isLeft ? 0 : middle, row)
  }
}
