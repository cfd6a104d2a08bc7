// SPDX-License-Identifier: Apache-2.0

/// A frame that can't be sent or won't be read.
public enum FramingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The stream is of a version that this program doesn't speak.
  case version(UInt8)
  /// A payload is longer than the reader or the protocol allows, in bytes.
  case tooLarge(byteCount: Int, limit: Int)

  /// The whole sentence, with what to do.
  public var description: String {
    switch self {
    case .version(let version):
      "the frame is of version \(version), this program speaks version \(FrameHeader.version)"
    case .tooLarge(let byteCount, let limit):
      "a payload of \(byteCount) bytes is more than the limit of \(limit): send less at a time"
    }
  }
}
