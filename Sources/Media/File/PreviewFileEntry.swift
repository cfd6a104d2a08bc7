// SPDX-License-Identifier: Apache-2.0

/// Where one frame lies in a preview file: a line of its index (docs/PROTOCOL.md, "Files").
public struct PreviewFileEntry: Equatable, Sendable {
  /// Bytes from the file's start to the frame's header.
  public var offset: Int
  /// Microseconds from the recording's start.
  public var time: Int64
  /// Bytes of the payload, which begins 32 bytes behind `offset`.
  public var payloadLength: Int
  /// ``CRC32/of(_:)`` of the payload.
  public var payloadCheck: UInt32
  /// Which slot of the grid the picture stands for; `nil` for what isn't a picture.
  public var slot: Int?
  /// What the payload is.
  public var kind: PreviewFrame.Kind
  /// Keyframe, discontinuity.
  public var flags: PreviewFrame.Flags
}

extension PreviewFileEntry {
  /// Bytes of an entry in an index.
  static let length = 32
  /// Stands for no slot.
  private static let noSlot = UInt32.max
  /// Largest slot number of an index.
  static let slotLimit = Int(UInt32.max) - 1

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.length)
    bytes.append(bigEndian: UInt64(offset))
    bytes.append(bigEndian: time)
    bytes.append(bigEndian: UInt32(payloadLength))
    bytes.append(bigEndian: payloadCheck)
    bytes.append(bigEndian: slot.map { UInt32($0) } ?? Self.noSlot)
    bytes.append(kind.rawValue)
    bytes.append(0)
    bytes.append(bigEndian: flags.rawValue)
    return bytes
  }

  /// Reads an entry; `nil` where it points beyond `end`, or isn't of a known kind.
  init?(_ bytes: [UInt8], at start: Int, end: Int) {
    let offset = bytes.bigEndian(UInt64.self, at: start)
    let payloadLength = Int(bytes.bigEndian(UInt32.self, at: start + 16))
    guard payloadLength <= PreviewFrame.payloadLimit, offset <= UInt64(max(end, 0)),
      end - Int(offset) >= FrameHeader.length + payloadLength,
      let kind = PreviewFrame.Kind(rawValue: bytes[start + 28])
    else { return nil }
    self.offset = Int(offset)
    self.payloadLength = payloadLength
    self.kind = kind
    time = bytes.bigEndian(Int64.self, at: start + 8)
    payloadCheck = bytes.bigEndian(UInt32.self, at: start + 20)
    let slot = bytes.bigEndian(UInt32.self, at: start + 24)
    self.slot = slot == Self.noSlot ? nil : Int(slot)
    flags = PreviewFrame.Flags(rawValue: bytes.bigEndian(UInt16.self, at: start + 30))
  }
}
