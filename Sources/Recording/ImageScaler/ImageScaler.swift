// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Media

/// Makes an upright picture with square pixels, full range and even sides out of a decoded frame.
///
/// Owned by one thread at a time; what it sets up for one shape of frame stays for the next.
@safe final class ImageScaler {
  private let video: RecordingFacts.Video
  private let askedWidth: Int
  private var context: OpaquePointer?
  private var colours: ColourMap?

  /// Prepares for one recording; nothing is set up before the first frame.
  ///
  /// - Parameters:
  ///   - video: What is known of its shape and rotation.
  ///   - width: Pixels a row of the pictures made.
  init(video: RecordingFacts.Video, width: Int) {
    self.video = video
    askedWidth = width
  }

  deinit { unsafe sws_freeContext(context) }

  /// The size that comes out, unless the recording changes its shape on the way.
  var outputSize: (width: Int, height: Int) {
    Geometry.outputSize(
      askedWidth: askedWidth, displayWidth: video.displayWidth, displayHeight: video.displayHeight)
  }

  /// Scales a frame.
  ///
  /// - Throws: ``Fault`` where the frame has no size or a format that can't be scaled.
  func picture(of frame: Frame) throws(Fault) -> Picture {
    guard frame.width > 0, frame.height > 0, frame.width <= 16384, frame.height <= 16384 else {
      throw Fault(reason: "a picture of \(frame.width)x\(frame.height)")
    }
    let display = Geometry.displaySize(
      width: frame.width, height: frame.height, sampleAspect: sampleAspect(of: frame),
      quarterTurns: video.quarterTurns)
    let upright = Geometry.outputSize(
      askedWidth: askedWidth, displayWidth: display.width, displayHeight: display.height)
    let lying = video.quarterTurns % 2 == 1
    let size = lying ? (width: upright.height, height: upright.width) : upright
    let source = Source(frame: frame, codedHeight: video.codedHeight)
    try prepare(source, size: size)
    let colours = colourMap(of: frame)

    let picture = try Picture(width: size.width, height: size.height) {
      luma, blue, red throws(Fault) in
      try unsafe scale(source, width: size.width, into: (luma, blue, red))
      let strides = Picture.strides(width: size.width)
      unsafe colours.apply(
        luma: luma, blue: blue, red: red, width: size.width, height: size.height,
        lumaStride: strides.luma, chromaStride: strides.chroma)
    }
    return video.quarterTurns == 0 ? picture : picture.turned(quarters: video.quarterTurns)
  }

  /// Why a frame can't be scaled.
  struct Fault: Error { let reason: String }

  // MARK: Shape and colour

  private func sampleAspect(of frame: Frame) -> Double {
    let own = unsafe frame.pointer.pointee.sample_aspect_ratio
    guard own.num > 0, own.den > 0, 0.1...10 ~= av_q2d(own) else { return video.sampleAspect.value }
    return av_q2d(own)
  }

  private func colourMap(of frame: Frame) -> ColourMap {
    let format = unsafe AVPixelFormat(rawValue: frame.pointer.pointee.format)
    let descriptor = unsafe av_pix_fmt_desc_get(format)
    let isRGB = unsafe descriptor.map { unsafe $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0 }
    let hasPalette = format == AV_PIX_FMT_PAL8
    let weights: ColourMap.Weights
    let isFull: Bool
    if isRGB ?? false || hasPalette {
      // swscale makes limited range BT.601 of them.
      (weights, isFull) = (.bt601, false)
    } else {
      isFull =
        unsafe frame.pointer.pointee.color_range == AVCOL_RANGE_JPEG
        || Source.fullRangeTwins[format.rawValue] != nil
      weights =
        switch unsafe frame.pointer.pointee.colorspace {
        case AVCOL_SPC_BT709: .bt709
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: .bt2020
        case AVCOL_SPC_UNSPECIFIED where video.codedHeight >= 720: .bt709
        default: .bt601
        }
    }
    if let colours, colours.weights == weights, colours.isFullRange == isFull { return colours }
    let made = ColourMap(weights: weights, isFullRange: isFull)
    colours = made
    return made
  }

  // MARK: Scaling

  private func prepare(_ source: Source, size: (width: Int, height: Int)) throws(Fault) {
    // Averaging areas keeps thin lines when shrinking; it is blocky when enlarging.
    let isShrinking = size.height <= source.height && size.width <= source.width
    let method = isShrinking ? SWS_AREA : SWS_BICUBIC
    unsafe context = sws_getCachedContext(
      context, Int32(source.width), Int32(source.height), source.format, Int32(size.width),
      Int32(size.height), AV_PIX_FMT_YUV420P, method, nil, nil, nil)
    guard unsafe context != nil else {
      throw Fault(reason: "pixel format \(source.format.rawValue) can't be scaled")
    }
  }

  private func scale(
    _ source: Source, width: Int, into planes: (Picture.Canvas, Picture.Canvas, Picture.Canvas)
  ) throws(Fault) {
    let strides = Picture.strides(width: width)
    let output = unsafe [planes.0.baseAddress, planes.1.baseAddress, planes.2.baseAddress, nil]
    let outputStrides = [Int32(strides.luma), Int32(strides.chroma), Int32(strides.chroma), 0]
    let rows = unsafe sws_scale(
      context, source.planes, source.strides, 0, Int32(source.height), output, outputStrides)
    guard rows > 0 else { throw Fault(reason: "scaling gave nothing") }
  }
}

/// What of a frame is scaled: all of it, or its first field only.
@safe private struct Source {
  let width: Int
  let height: Int
  let format: AVPixelFormat
  let planes: [UnsafePointer<UInt8>?]
  let strides: [Int32]

  /// Full range formats that swscale would shrink to limited range by itself.
  static let fullRangeTwins: [Int32: AVPixelFormat] = [
    AV_PIX_FMT_YUVJ420P.rawValue: AV_PIX_FMT_YUV420P,
    AV_PIX_FMT_YUVJ422P.rawValue: AV_PIX_FMT_YUV422P,
    AV_PIX_FMT_YUVJ444P.rawValue: AV_PIX_FMT_YUV444P,
    AV_PIX_FMT_YUVJ440P.rawValue: AV_PIX_FMT_YUV440P,
    AV_PIX_FMT_YUVJ411P.rawValue: AV_PIX_FMT_YUV411P,
  ]

  init(frame: Frame, codedHeight: Int) {
    let decoded = unsafe frame.pointer.pointee
    let format = unsafe AVPixelFormat(rawValue: decoded.format)
    // The two fields show different times. One alone is enough lines for a small picture, and
    // better than a comb for a large one; frames decoded at reduced size have no fields left.
    let isReduced = 2 * frame.height <= codedHeight
    let takesField = frame.isInterlaced && !isReduced && frame.height >= 4
    let factor: Int32 = takesField ? 2 : 1
    width = frame.width
    height = takesField ? (frame.height + 1) / 2 : frame.height
    self.format = Self.fullRangeTwins[format.rawValue] ?? format
    let data = unsafe decoded.data
    let all = unsafe [data.0, data.1, data.2, data.3]
    unsafe planes = all.map { unsafe UnsafePointer($0) }
    let lines = unsafe decoded.linesize
    strides = [lines.0, lines.1, lines.2, lines.3].map { $0 * factor }
  }
}
