// SPDX-License-Identifier: Apache-2.0

/// What is known of a recording without decoding it.
public struct RecordingFacts: Equatable, Sendable {
  /// What the pictures of a recording are.
  public enum Pictures: String, CaseIterable, Sendable {
    /// Taken out of a moving picture.
    case moving
    /// There is sound only: the cover that the file carries along, for every slot.
    case cover
    /// There is sound only: drawn, how loud it is from the slot to the next.
    case waveform
  }

  /// The chosen video stream; else the cover, or the shape of what is drawn.
  public struct Video: Equatable, Sendable {
    /// "mpeg2video", "h264", "vp9".
    public let codec: String
    /// Pixels as coded, before the aspect ratio and rotation are applied.
    public let codedWidth: Int
    /// Rows as coded.
    public let codedHeight: Int
    /// Width of one coded pixel over its height, numerator and denominator; 1:1 where unknown.
    public let sampleAspect: Ratio
    /// It is coded as in a mirror: left and right change places before it is turned.
    public let isMirrored: Bool
    /// Quarter turns clockwise, 0...3, after which the picture stands upright.
    public let quarterTurns: Int
    /// Width in square pixels, upright.
    public let displayWidth: Int
    /// Height in square pixels, upright.
    public let displayHeight: Int
    /// Frames a second, where told.
    public let frameRate: Ratio?
    /// The stream says that its frames are two fields of different times.
    public let isInterlaced: Bool
    /// "yuv420p", "yuv420p10le", or "unknown".
    public let pixelFormat: String
    /// The brightest light in it, in cd/m2, where the container tells.
    public let peakLight: Double?
  }

  /// The best sound stream.
  public struct Sound: Equatable, Sendable {
    /// "mp2", "ac3", "vorbis".
    public let codec: String
    /// Samples a second of each channel.
    public let sampleRate: Int
    /// 1 for mono, 2 for stereo.
    public let channels: Int
  }

  /// A fraction, as containers state rates and shapes.
  public struct Ratio: Equatable, Sendable, CustomStringConvertible {
    /// Above the line.
    public let numerator: Int
    /// Below the line, never 0.
    public let denominator: Int
    /// The quotient.
    public var value: Double { Double(numerator) / Double(denominator) }
    /// "64:45".
    public var description: String { "\(numerator):\(denominator)" }
  }

  /// The recording, as it was named to us.
  public let name: String
  /// The file's size in bytes.
  public let bytes: Int64
  /// The container's short name: "mpegts", "mpeg", "mov", "matroska".
  public let container: String
  /// From the first picture to the end of the last; `nil` where what the file says is nonsense.
  public let duration: Duration?
  /// The container's time of the first picture, which is our time 0.
  public let startTime: Duration
  /// What the pictures are.
  public let pictures: Pictures
  /// The moving picture; of sound alone the cover, or the shape of what is drawn ("none").
  public let video: Video
  /// The sound, if any.
  public let sound: Sound?
  /// The title that the file carries, else `nil`.
  public let title: String?
  /// All that the file says of itself, in the file's order.
  public let metadata: [Entry]

  /// One field of the metadata.
  public struct Entry: Equatable, Sendable {
    /// "service_name", "encoder".
    public let name: String
    /// The text.
    public let value: String
  }
}
