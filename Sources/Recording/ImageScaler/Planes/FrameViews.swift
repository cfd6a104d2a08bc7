// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// A decoded picture as the scalers see it: nothing shines through, and of one time.
///
/// The two fields of an interlaced picture show different times. The field shown first is enough for
/// a small picture; a large one gets the lines between calculated, once for all widths.
final class FrameViews {
  let frame: Frame
  let colours: FrameColours
  private let isInterlaced: Bool
  private var whole: Frame?

  /// Up to this part of the height a field alone has lines enough.
  static let fieldLimit = 0.6

  /// Prepares a decoded picture.
  ///
  /// - Throws: `ImageScaler.Fault` where it has no size, or memory is short.
  init(_ decoded: Frame, video: RecordingFacts.Video) throws(ImageScaler.Fault) {
    guard 1...16384 ~= decoded.width, 1...16384 ~= decoded.height else {
      throw ImageScaler.Fault(reason: "a picture of \(decoded.width)x\(decoded.height)")
    }
    colours = FrameColours(frame: decoded, video: video)
    frame =
      try AlphaBlend.overGrey(decoded, isFullRange: colours.isFullRange) ?? decoded
    // What was decoded at reduced size has no fields left.
    let isReduced = 2 * decoded.height <= video.codedHeight
    isInterlaced = decoded.isInterlaced && !isReduced && decoded.height >= 8
  }

  /// What is scaled to so many rows.
  func planes(forRows rows: Int) -> FramePlanes {
    guard isInterlaced else { return FramePlanes(frame) }
    let field: FramePlanes.Field = frame.isTopFieldFirst ? .top : .bottom
    if Double(rows) > Self.fieldLimit * Double(frame.height) {
      if whole == nil { whole = Deinterlacer.whole(of: frame, field: field) }
      if let whole { return FramePlanes(whole) }
    }
    return FramePlanes(frame, field: field)
  }
}
