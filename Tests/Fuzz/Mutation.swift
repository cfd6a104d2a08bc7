// SPDX-License-Identifier: Apache-2.0

/// One way to spoil a recording.
enum Mutation: String, CaseIterable {
  case flipBits, flipHead, flipTail, cut, hole, fill, splice, swap, repeated, size, number, packet
  case dimensions, times

  /// Spoils the bytes; what was done where.
  func apply(to bytes: inout [UInt8], other: [UInt8], _ dice: inout Dice) -> String {
    guard bytes.count > 8 else { return "nothing: too short" }
    switch self {
    case .flipBits: return flip(&bytes, in: 0..<bytes.count, 1 + dice.below(64), &dice)
    case .flipHead: return flip(&bytes, in: 0..<min(4096, bytes.count), 1 + dice.below(16), &dice)
    case .flipTail:
      return flip(&bytes, in: max(0, bytes.count - 65_536)..<bytes.count, 1 + dice.below(32), &dice)
    case .cut:
      let end = dice.below(bytes.count)
      bytes.removeSubrange(end...)
      return "at \(end)"
    case .hole:
      let range = Self.range(in: bytes, &dice)
      bytes.removeSubrange(range)
      return "\(range)"
    case .fill: return fill(&bytes, &dice)
    case .splice: return splice(&bytes, other, &dice)
    case .swap: return swap(&bytes, &dice)
    case .repeated:
      let range = Self.range(in: bytes, &dice)
      let piece = Array(bytes[range])
      let times = 1 + dice.below(8)
      for _ in 0..<times { bytes.insert(contentsOf: piece, at: range.upperBound) }
      return "\(range) \(times) times"
    case .size: return spoilSize(&bytes, &dice)
    case .number: return spoilNumber(&bytes, &dice)
    case .packet: return spoilPacket(&bytes, &dice)
    case .dimensions: return spoilDimensions(&bytes, &dice)
    case .times: return spoilTimes(&bytes, &dice)
    }
  }

  // MARK: Anywhere

  private func flip(
    _ bytes: inout [UInt8], in range: Range<Int>, _ count: Int, _ dice: inout Dice
  ) -> String {
    for _ in 0..<count {
      bytes[range.lowerBound + dice.below(range.count)] ^= UInt8(1) << UInt8(dice.below(8))
    }
    return "\(count) in \(range)"
  }

  /// Up to 64 KiB somewhere, at the borders of packets half of the time.
  private static func range(in bytes: [UInt8], _ dice: inout Dice) -> Range<Int> {
    let unit = dice.one(of: [1, 1, 188, 2048])
    let start = dice.below(max(1, bytes.count / unit)) * unit
    let length = max(unit, dice.below(65_536) / unit * unit)
    return min(start, bytes.count - 1)..<min(bytes.count, start + length)
  }

  private func fill(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let range = Self.range(in: bytes, &dice)
    let value: UInt8? = dice.one(of: [0, 0xFF, nil])
    for place in range { bytes[place] = value ?? UInt8(truncatingIfNeeded: dice.next()) }
    return "\(range) with \(value.map { "\($0)" } ?? "noise")"
  }

  private func splice(_ bytes: inout [UInt8], _ other: [UInt8], _ dice: inout Dice) -> String {
    guard other.count > 8 else { return "nothing: the other is too short" }
    let from = Self.range(in: other, &dice)
    let to = Self.range(in: bytes, &dice)
    bytes.replaceSubrange(to, with: other[from])
    return "\(from) of the other for \(to)"
  }

  private func swap(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let unit = dice.one(of: [188, 2048, 4096])
    let chunks = bytes.count / unit
    guard chunks > 1 else { return "nothing: too short" }
    let (one, two) = (dice.below(chunks) * unit, dice.below(chunks) * unit)
    for place in 0..<unit { bytes.swapAt(one + place, two + place) }
    return "\(one) and \(two), \(unit) bytes"
  }

  // MARK: Fields

  /// The size before a name of four letters: a box of MP4, a chunk of AVI behind it.
  private func spoilSize(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let names = Self.places(in: bytes, upTo: 1 << 20) { place in
      bytes[place..<place + 4].allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 }
    }.filter { $0 >= 4 }
    guard !names.isEmpty else { return spoilNumber(&bytes, &dice) }
    let place = dice.one(of: names) + (dice.once(in: 4) ? 4 : -4)
    guard place + 4 <= bytes.count else { return "nothing: too short" }
    let value = Self.extreme(&dice)
    Self.write(value, to: &bytes, at: place)
    return "at \(place): \(value)"
  }

  /// Four bytes of the first kilobytes become an extreme number.
  private func spoilNumber(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let place = dice.below(min(bytes.count, 16_384) - 4)
    let value = Self.extreme(&dice)
    Self.write(value, to: &bytes, at: place)
    return "at \(place): \(value)"
  }

  /// Header bytes of transport stream packets.
  private func spoilPacket(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    guard bytes.count > 376, bytes[0] == 0x47, bytes[188] == 0x47 else {
      return flip(&bytes, in: 0..<bytes.count, 8, &dice)
    }
    let count = 1 + dice.below(20)
    for _ in 0..<count {
      let place = dice.below(bytes.count / 188) * 188 + 1 + dice.below(11)
      bytes[place] = UInt8(truncatingIfNeeded: dice.next())
    }
    return "\(count) headers"
  }

  /// Width and height of MPEG-1/2's sequence headers, or of H.264's and others' first bytes.
  private func spoilDimensions(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let starts = Self.places(in: bytes, upTo: bytes.count) { place in
      bytes[place] == 0 && bytes[place + 1] == 0 && bytes[place + 2] == 1
        && [0xB3, 0x67, 0x27, 0x42].contains(bytes[place + 3])
    }.filter { $0 + 12 < bytes.count }
    guard !starts.isEmpty else { return spoilNumber(&bytes, &dice) }
    let count = dice.once(in: 2) ? starts.count : 1
    let spoilt = (0..<4).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    for start in starts.prefix(count) {
      for (offset, byte) in spoilt.enumerated() { bytes[start + 4 + offset] = byte }
    }
    return "\(count) of \(starts.count) to \(spoilt)"
  }

  /// Presentation times of MPEG streams.
  private func spoilTimes(_ bytes: inout [UInt8], _ dice: inout Dice) -> String {
    let starts = Self.places(in: bytes, upTo: bytes.count) { place in
      bytes[place] == 0 && bytes[place + 1] == 0 && bytes[place + 2] == 1
        && 0xE0...0xEF ~= bytes[place + 3]
    }.filter { $0 + 19 < bytes.count }
    guard !starts.isEmpty else { return spoilNumber(&bytes, &dice) }
    let count = 1 + dice.below(8)
    for _ in 0..<count {
      let start = dice.one(of: starts) + 9
      for offset in 0..<10 where offset % 5 != 0 || dice.once(in: 4) {
        bytes[start + offset] = UInt8(truncatingIfNeeded: dice.next()) | (offset % 2 == 0 ? 1 : 0)
      }
    }
    return "\(count) of \(starts.count)"
  }

  private static func places(
    in bytes: [UInt8], upTo limit: Int, where isFound: (Int) -> Bool
  ) -> [Int] {
    var found: [Int] = []
    var place = 0
    while place + 4 <= min(bytes.count, limit), found.count < 4096 {
      if isFound(place) { found.append(place) }
      place += 1
    }
    return found
  }

  private static func extreme(_ dice: inout Dice) -> UInt32 {
    dice.one(of: [
      0, 1, 7, 8, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFF0, 1 << 24,
      UInt32(truncatingIfNeeded: dice.next()),
    ])
  }

  private static func write(_ value: UInt32, to bytes: inout [UInt8], at place: Int) {
    for offset in 0..<4 {
      bytes[place + offset] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * offset))
    }
  }
}
