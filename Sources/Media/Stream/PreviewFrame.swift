// SPDX-License-Identifier: Apache-2.0

/// One frame of the preview stream: docs/PROTOCOL.md, "Frames".
public struct PreviewFrame: Equatable, Sendable {
  /// What a payload is; a frame of any other kind is skipped by readers.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// What a client asks for: a ``PreviewRequest``.
    case request = 1
    /// What the answer is going to be: a ``PreviewDescription``.
    case description = 2
    /// One complete JPEG.
    case picture = 3
    /// One or more complete Ogg pages.
    case audio = 4
    /// The answer is over: a ``PreviewEnd``.
    case end = 5
    /// The answer failed: a ``PreviewFailure``.
    case error = 6
    /// About the stream itself: the index of a preview file.
    case control = 7
    /// Nothing to say, still there. The payload is empty.
    case heartbeat = 8
    /// Recordings on offer: a ``Listing``.
    case listing = 9
  }

  /// Facts on one frame; bits without a name are ignored.
  public struct Flags: OptionSet, Sendable {
    /// The 16 bits as they are in the header.
    public let rawValue: UInt16
    /// Takes the 16 bits of a header.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The picture was made of a keyframe.
    public static let keyframe = Flags(rawValue: 1)
    /// Time doesn't go on from the frame before: a jump, a gap, a new recording.
    public static let discontinuity = Flags(rawValue: 2)
  }

  /// Largest payload, in bytes: 16 MiB.
  public static let payloadLimit = 16 << 20
  /// Bytes before the payload.
  public static let headerLength = FrameHeader.length

  /// What the payload is.
  public var kind: Kind
  /// Keyframe, discontinuity.
  public var flags: Flags
  /// Number of the frame in its stream, wrapping; a ``Framer`` gives its own.
  public var sequence: UInt32
  /// Microseconds from the recording's start; of an audio chunk, of its first sample.
  public var time: Int64
  /// At most 16 MiB.
  public var payload: [UInt8]

  /// Makes a frame.
  public init(
    kind: Kind, flags: Flags = [], sequence: UInt32 = 0, time: Int64 = 0, payload: [UInt8] = []
  ) {
    self.kind = kind
    self.flags = flags
    self.sequence = sequence
    self.time = time
    self.payload = payload
  }
}
