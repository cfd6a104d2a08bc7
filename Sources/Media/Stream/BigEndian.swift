// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  /// Appends an integer, most significant byte first.
  mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// The integer at an offset, most significant byte first.
  func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    var number: Number = 0
    for byte in self[offset..<offset + Number.bitWidth / 8] {
      number = (number << 8) | Number(truncatingIfNeeded: byte)
    }
    return number
  }
}
