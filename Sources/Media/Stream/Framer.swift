// SPDX-License-Identifier: Apache-2.0

/// Turns frames into the bytes of one stream and numbers them from 0, wrapping after 2^32.
public struct Framer: Sendable {
  /// The number that the next frame gets.
  public private(set) var nextSequence: UInt32

  /// Starts a stream.
  public init(nextSequence: UInt32 = 0) { self.nextSequence = nextSequence }

  /// Header and payload of the next frame; the frame's own sequence is not used.
  ///
  /// - Throws: ``FramingError/tooLarge(byteCount:limit:)``; no number is used up then.
  public mutating func bytes(of frame: PreviewFrame) throws(FramingError) -> [UInt8] {
    let check = CRC32.of(frame.payload)
    var bytes = try header(
      kind: frame.kind, flags: frame.flags, time: frame.time, payloadLength: frame.payload.count,
      payloadCheck: check)
    bytes.append(contentsOf: frame.payload)
    return bytes
  }

  /// The 32 bytes before a payload that is kept and sent elsewhere: one payload, many streams.
  ///
  /// - Parameters:
  ///   - kind: What the payload is.
  ///   - flags: Keyframe, discontinuity.
  ///   - time: Microseconds from the recording's start.
  ///   - payloadLength: Bytes that are going to follow.
  ///   - payloadCheck: ``CRC32/of(_:)`` of the payload, computed once.
  /// - Returns: 32 bytes.
  /// - Throws: ``FramingError/tooLarge(byteCount:limit:)``; no number is used up then.
  public mutating func header(
    kind: PreviewFrame.Kind, flags: PreviewFrame.Flags = [], time: Int64, payloadLength: Int,
    payloadCheck: UInt32
  ) throws(FramingError) -> [UInt8] {
    guard payloadLength <= PreviewFrame.payloadLimit else {
      throw .tooLarge(byteCount: payloadLength, limit: PreviewFrame.payloadLimit)
    }
    defer { nextSequence &+= 1 }
    return FrameHeader(
      kind: kind.rawValue, flags: flags.rawValue, sequence: nextSequence, time: time,
      payloadLength: UInt32(payloadLength), payloadCheck: payloadCheck
    ).bytes
  }
}
