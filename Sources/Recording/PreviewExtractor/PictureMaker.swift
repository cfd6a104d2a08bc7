// SPDX-License-Identifier: Apache-2.0
import Media

/// Makes the JPEGs of one decoded picture, one for each width asked for.
///
/// Each is scaled from the decoded picture itself, so that a width looks the same whatever others
/// are asked for. Owned by one thread at a time.
final class PictureMaker {
  /// What comes out, in the order of the widths, unless the recording changes its shape on the way.
  let sizes: [(width: Int, height: Int)]

  private let name: String
  private let video: RecordingFacts.Video
  private let scalers: [ImageScaler]
  private let encoder: JPEGEncoder

  /// Prepares for one recording.
  ///
  /// - Parameters:
  ///   - facts: Whose pictures are made.
  ///   - settings: The widths and the quality.
  /// - Throws: ``RecordingError``: out of memory.
  init(facts: RecordingFacts, settings: PreviewSettings) throws(RecordingError) {
    name = facts.name
    video = facts.video
    scalers = settings.widths.map { ImageScaler(video: facts.video, width: $0) }
    sizes = scalers.map(\.outputSize)
    do {
      encoder = try JPEGEncoder(quality: settings.quality)
    } catch {
      throw RecordingError(name: facts.name, reason: .outOfMemory)
    }
  }

  /// A JPEG for each width.
  ///
  /// - Throws: ``RecordingError``: the picture can't be scaled or coded.
  func jpegs(of frame: Frame) throws(RecordingError) -> [[UInt8]] {
    do {
      let views = try FrameViews(frame, video: video)
      return try scalers.map { try encoder.encode($0.picture(of: views)) }
    } catch {
      let why = (error as? ImageScaler.Fault)?.reason ?? "\(error)"
      throw RecordingError(name: name, reason: .unusablePicture(why))
    }
  }
}
