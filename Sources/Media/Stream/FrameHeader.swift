// SPDX-License-Identifier: Apache-2.0

/// The 32 bytes before each payload: docs/PROTOCOL.md, "Frames".
struct FrameHeader: Equatable {
  static let length = 32
  static let sync: [UInt8] = [0xFF, 0x50, 0x56, 0x31]
  static let version: UInt8 = 1

  var version = FrameHeader.version
  var kind: UInt8
  var flags: UInt16
  var sequence: UInt32
  var time: Int64
  var payloadLength: UInt32
  var payloadCheck: UInt32

  var bytes: [UInt8] {
    var bytes = FrameHeader.sync
    bytes.reserveCapacity(FrameHeader.length)
    bytes.append(version)
    bytes.append(kind)
    bytes.append(bigEndian: flags)
    bytes.append(bigEndian: sequence)
    bytes.append(bigEndian: time)
    bytes.append(bigEndian: payloadLength)
    bytes.append(bigEndian: payloadCheck)
    bytes.append(bigEndian: CRC32.of(bytes))
    return bytes
  }
}

extension FrameHeader {
  /// Reads a header whose sync is known to be at `offset`; `nil` where its CRC fails.
  init?(_ bytes: [UInt8], at offset: Int) {
    guard bytes.count - offset >= FrameHeader.length,
      bytes.bigEndian(UInt32.self, at: offset + 28) == CRC32.of(bytes, in: offset..<offset + 28)
    else { return nil }
    version = bytes[offset + 4]
    kind = bytes[offset + 5]
    flags = bytes.bigEndian(UInt16.self, at: offset + 6)
    sequence = bytes.bigEndian(UInt32.self, at: offset + 8)
    time = bytes.bigEndian(Int64.self, at: offset + 12)
    payloadLength = bytes.bigEndian(UInt32.self, at: offset + 20)
    payloadCheck = bytes.bigEndian(UInt32.self, at: offset + 24)
  }
}
