// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Media

/// Makes an upright picture with square pixels, full range and even sides out of a decoded one.
///
/// Owned by one thread at a time; what it sets up for one shape of picture stays for the next.
final class ImageScaler {
  private let video: RecordingFacts.Video
  private let askedWidth: Int
  private let rescaler = Rescaler()
  private var colourMap: ColourMap?
  private var lightMap: LightMap?

  /// Prepares for one recording; nothing is set up before the first picture.
  ///
  /// - Parameters:
  ///   - video: What is known of its shape and rotation.
  ///   - width: Pixels a row of the pictures made.
  init(video: RecordingFacts.Video, width: Int) {
    self.video = video
    askedWidth = width
  }

  /// The size that comes out, unless the recording changes its shape on the way.
  var outputSize: (width: Int, height: Int) {
    Geometry.outputSize(
      askedWidth: askedWidth, displayWidth: video.displayWidth, displayHeight: video.displayHeight)
  }

  /// Why a picture can't be scaled.
  struct Fault: Error { let reason: String }

  /// Scales a decoded picture.
  ///
  /// - Throws: ``Fault`` where it has a format that can't be scaled.
  func picture(of views: FrameViews) throws(Fault) -> Picture {
    let frame = views.frame
    let display = Geometry.displaySize(
      width: frame.width, height: frame.height, sampleAspect: sampleAspect(of: frame),
      quarterTurns: video.quarterTurns)
    let upright = Geometry.outputSize(
      askedWidth: askedWidth, displayWidth: display.width, displayHeight: display.height)
    let lies = video.quarterTurns % 2 == 1
    let size = lies ? (width: upright.height, height: upright.width) : upright
    let source = views.planes(forRows: size.height)
    let picture =
      try views.colours.isWide
      ? fitted(source, views.colours, size: size) : plain(source, views.colours, size: size)
    return picture.turned(quarters: video.quarterTurns, isMirrored: video.isMirrored)
  }

  private func sampleAspect(of frame: Frame) -> Double {
    let own = unsafe frame.pointer.pointee.sample_aspect_ratio
    guard own.num > 0, own.den > 0, 0.1...10 ~= av_q2d(own) else { return video.sampleAspect.value }
    return av_q2d(own)
  }

  private func task(
    _ source: FramePlanes, _ colours: FrameColours, size: (width: Int, height: Int),
    format: AVPixelFormat
  ) -> Rescaler.Task {
    var task = Rescaler.Task(
      width: source.width, height: source.height, format: source.format, newWidth: size.width,
      newHeight: size.height, newFormat: format)
    // Numbers stay as they are, since the maps know better; only RGB has to become something.
    let isGrey = FramePlanes.isGrey(source.format)
    task.range = (isGrey, isGrey || colours.isRGB)
    task.chromaPlace = source.chromaPlace
    return task
  }

  /// Eight bits all the way, and then full range BT.601 by tables.
  private func plain(
    _ source: FramePlanes, _ colours: FrameColours, size: (width: Int, height: Int)
  ) throws(Fault) -> Picture {
    try rescaler.prepare(task(source, colours, size: size, format: AV_PIX_FMT_YUV420P))
    let map = map(for: colours)
    let strides = Picture.strides(width: size.width)
    return try Picture(width: size.width, height: size.height) {
      luma, blue, red throws(Fault) in
      try unsafe rescaler.scale(
        source, into: [luma.baseAddress, blue.baseAddress, red.baseAddress, nil],
        strides: [Int32(strides.luma), Int32(strides.chroma), Int32(strides.chroma), 0])
      unsafe map.apply(
        luma: luma, blue: blue, red: red, width: size.width, height: size.height,
        lumaStride: strides.luma, chromaStride: strides.chroma)
    }
  }

  private func map(for colours: FrameColours) -> ColourMap {
    if let colourMap, colourMap.matrix == colours.matrix,
      colourMap.isFullRange == colours.isFullRange
    {
      return colourMap
    }
    let map = ColourMap(matrix: colours.matrix, isFullRange: colours.isFullRange)
    colourMap = map
    return map
  }

  /// Sixteen bits until the light fits: small already, so that it costs little.
  private func fitted(
    _ source: FramePlanes, _ colours: FrameColours, size: (width: Int, height: Int)
  ) throws(Fault) -> Picture {
    try rescaler.prepare(task(source, colours, size: size, format: AV_PIX_FMT_YUV444P16LE))
    let deep = DeepPicture(width: size.width, height: size.height)
    let stride = Int32(2 * deep.stride)
    try unsafe rescaler.scale(
      source, into: deep.planes + [nil], strides: [stride, stride, stride, 0])
    let map = lightMap.flatMap { $0.colours == colours ? $0 : nil } ?? LightMap(colours)
    lightMap = map
    return map.picture(of: deep)
  }
}
