// SPDX-License-Identifier: Apache-2.0
import CZlib

/// The CRC-32 of the preview stream: IEEE 802.3, as zlib, PNG and Ethernet have it.
public enum CRC32 {
  /// The check value of these bytes; of none, 0.
  public static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes, in: 0..<bytes.count) }

  /// The check value of a piece of an array, without a copy.
  static func of(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let piece = unsafe UnsafeBufferPointer(rebasing: buffer[range])
      return unsafe UInt32(truncatingIfNeeded: crc32_z(0, piece.baseAddress, piece.count))
    }
  }
}
