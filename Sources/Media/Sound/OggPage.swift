// SPDX-License-Identifier: Apache-2.0

/// One complete page of an Ogg stream, its CRC checked (RFC 3533).
public struct OggPage: Equatable, Sendable {
  /// The page as it was: header, segment table, body; at most 65,307 bytes.
  public let bytes: [UInt8]

  /// Takes bytes that are known to be one page.
  init(checked bytes: [UInt8]) { self.bytes = bytes }

  /// The page begins with the rest of a packet.
  public var isContinued: Bool { bytes[5] & 1 != 0 }
  /// First page of a logical stream.
  public var isFirst: Bool { bytes[5] & 2 != 0 }
  /// Last page of a logical stream.
  public var isLast: Bool { bytes[5] & 4 != 0 }
  /// Of Vorbis, the number of samples up to the last packet completed on the page; `nil` where
  /// no packet is completed.
  public var granule: Int64? {
    let granule: Int64 = littleEndian(at: 6)
    return granule == -1 ? nil : granule
  }
  /// Which logical stream the page belongs to.
  public var serial: UInt32 { littleEndian(at: 14) }
  /// Number of the page in its logical stream.
  public var sequence: UInt32 { littleEndian(at: 18) }
  /// Bytes before the body.
  var headerLength: Int { 27 + Int(bytes[26]) }

  private func littleEndian<Number: FixedWidthInteger>(at offset: Int) -> Number {
    var number: Number = 0
    for byte in bytes[offset..<offset + Number.bitWidth / 8].reversed() {
      number = (number << 8) | Number(truncatingIfNeeded: byte)
    }
    return number
  }
}
