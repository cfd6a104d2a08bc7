// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// What the numbers in a decoded picture mean.
struct FrameColours: Equatable {
  /// How numbers become light.
  enum Light: Equatable {
    /// As screens have shown it for ever.
    case standard
    /// SMPTE ST 2084: absolute, up to 10,000 cd/m2.
    case perceptual
    /// ARIB STD-B67, hybrid log-gamma: as bright as the screen can.
    case hybrid
  }

  /// The scaler is given red, green and blue and makes full range BT.601 of it.
  let isRGB: Bool
  let matrix: ColourMatrix
  let isFullRange: Bool
  let light: Light
  let primaries: Primaries
  /// The brightest light in it, in cd/m2, where that is told.
  let peak: Double?

  /// It has more light or more colours than a JPEG can have.
  var isWide: Bool { light != .standard || primaries != .bt709 }

  /// Reads what the decoder says; what it leaves out is guessed as players do.
  init(frame: Frame, video: RecordingFacts.Video) {
    let decoded = unsafe frame.pointer.pointee
    let format = unsafe AVPixelFormat(rawValue: decoded.format)
    let flags = unsafe av_pix_fmt_desc_get(format).map { unsafe $0.pointee.flags } ?? 0
    let palettes = UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)
    // libswscale makes red, green and blue of these two kinds first.
    let others = [
      AV_PIX_FMT_XYZ12LE, AV_PIX_FMT_XYZ12BE, AV_PIX_FMT_MONOWHITE, AV_PIX_FMT_MONOBLACK,
    ]
    isRGB = flags & palettes != 0 || others.contains(format)
    matrix = isRGB ? .bt601 : unsafe Self.matrix(decoded, video: video)
    isFullRange = isRGB ? true : unsafe Self.isFullRange(decoded, format: format, video: video)
    light =
      switch unsafe decoded.color_trc {
      case AVCOL_TRC_SMPTE2084: .perceptual
      case AVCOL_TRC_ARIB_STD_B67: .hybrid
      default: .standard
      }
    primaries =
      switch unsafe decoded.color_primaries {
      case AVCOL_PRI_BT2020: .bt2020
      case AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432: .displayP3
      case AVCOL_PRI_UNSPECIFIED where light != .standard || !isRGB && matrix == .bt2020: .bt2020
      default: .bt709
      }
    peak = light == .perceptual ? unsafe Self.peak(frame.pointer) ?? video.peakLight : nil
  }

  /// Limited range BT.2020 of this light.
  init(light: Light, primaries: Primaries, peak: Double?) {
    (isRGB, matrix, isFullRange) = (false, .bt2020, false)
    (self.light, self.primaries, self.peak) = (light, primaries, peak)
  }

  private static func matrix(_ frame: AVFrame, video: RecordingFacts.Video) -> ColourMatrix {
    switch unsafe frame.colorspace {
    case AVCOL_SPC_BT709: .bt709
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: .bt2020
    case AVCOL_SPC_SMPTE240M: .smpte240m
    case AVCOL_SPC_FCC: .fcc
    case AVCOL_SPC_YCGCO: .ycgco
    case AVCOL_SPC_UNSPECIFIED:
      if unsafe frame.color_primaries == AVCOL_PRI_BT2020 {
        .bt2020
      } else {
        video.codedHeight > 576 || video.codedWidth >= 1280 ? .bt709 : .bt601
      }
    default: .bt601
    }
  }

  private static func isFullRange(
    _ frame: AVFrame, format: AVPixelFormat, video: RecordingFacts.Video
  ) -> Bool {
    if FramePlanes.fullRangeTwins[format.rawValue] != nil { return true }
    switch unsafe frame.color_range {
    case AVCOL_RANGE_JPEG: return true
    case AVCOL_RANGE_MPEG: return false
    default:
      // Grey of a picture codec is full range; grey of a video codec is video without colour.
      let isGrey = FramePlanes.isGrey(format)
      return isGrey && !["h264", "hevc", "av1", "vp9", "ffv1"].contains(video.codec)
    }
  }

  /// The brightest light that the picture's own metadata tells of, in cd/m2.
  private static func peak(_ frame: UnsafeMutablePointer<AVFrame>) -> Double? {
    if let data = unsafe av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL),
      let light = unsafe LightMetadata.peak(ofContentLight: data.pointee.data, data.pointee.size)
    {
      return light
    }
    return unsafe av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)
      .flatMap { unsafe LightMetadata.peak(ofMastering: $0.pointee.data, $0.pointee.size) }
  }
}

/// Reads what containers and codecs tell of the light in a picture.
enum LightMetadata {
  /// The brightest pixel of the whole recording (MaxCLL), in cd/m2.
  static func peak(ofContentLight data: UnsafeMutablePointer<UInt8>?, _ size: Int) -> Double? {
    guard let data = unsafe data, size >= MemoryLayout<AVContentLightMetadata>.size else {
      return nil
    }
    let light = unsafe UnsafeRawPointer(data).loadUnaligned(as: AVContentLightMetadata.self)
    return light.MaxCLL > 0 ? Double(light.MaxCLL) : nil
  }

  /// The brightest light of the screen it was made on, in cd/m2.
  static func peak(ofMastering data: UnsafeMutablePointer<UInt8>?, _ size: Int) -> Double? {
    guard let data = unsafe data, size >= MemoryLayout<AVMasteringDisplayMetadata>.size else {
      return nil
    }
    let screen = unsafe UnsafeRawPointer(data).loadUnaligned(as: AVMasteringDisplayMetadata.self)
    guard screen.has_luminance != 0, screen.max_luminance.den > 0 else { return nil }
    let peak = av_q2d(screen.max_luminance)
    return peak > 0 ? peak : nil
  }
}
