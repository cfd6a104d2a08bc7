// SPDX-License-Identifier: Apache-2.0

/// How a map is kept: little-endian, all checked when read.
///
/// | bytes | what |
/// |---|---|
/// | 4 | "PVKM" |
/// | 2, 2 | version 1; flags: 1 the times jump, 2 the end is known |
/// | 8, 8, 8 | bytes of the file, ticks of the first picture, end of the last picture |
/// | 4, 4, 4 | number of the stream, of stretches, of key pictures |
/// | 16 each | stretches: from, through |
/// | 24 each | key pictures: time, position, size, 0 |
/// | 4 | CRC-32 of all before |
extension KeyMap {
  private static let magic = Array("PVKM".utf8)
  private static let version: UInt16 = 1
  private static let headSize = 4 + 4 + 24 + 12
  private static let checkSize = 4

  /// The map as bytes, to be kept.
  public var bytes: [UInt8] {
    var writer = Writer()
    writer.bytes = Self.magic
    writer.put(Self.version)
    writer.put(UInt16((hasJumps ? 1 : 0) | (end == nil ? 0 : 2)))
    for number in [identity.bytes, identity.startTicks, end ?? 0] { writer.put(number) }
    writer.put(identity.streamIndex)
    writer.put(UInt32(spans.count))
    writer.put(UInt32(keys.count))
    for span in spans {
      writer.put(span.from)
      writer.put(span.through)
    }
    for key in keys {
      writer.put(key.time)
      writer.put(key.position)
      writer.put(UInt32(clamping: key.size))
      writer.put(UInt32(0))
    }
    writer.put(CRC32.of(writer.bytes))
    return writer.bytes
  }

  /// Reads what `bytes` gave.
  ///
  /// - Returns: `nil` where the bytes are cut, changed, of another version, or make no sense.
  public init?(bytes: [UInt8]) {
    guard bytes.count >= Self.headSize + Self.checkSize,
      bytes.starts(with: Self.magic)
    else { return nil }
    let content = Array(bytes.dropLast(Self.checkSize))
    var tail = Reader(bytes: bytes, offset: content.count)
    guard tail.take(UInt32.self) == CRC32.of(content) else { return nil }

    var reader = Reader(bytes: content, offset: Self.magic.count)
    guard reader.take(UInt16.self) == Self.version else { return nil }
    let flags = reader.take(UInt16.self)
    let fileBytes = reader.take(Int64.self)
    let startTicks = reader.take(Int64.self)
    let end = reader.take(Int64.self)
    let stream = reader.take(Int32.self)
    let spanCount = Int(reader.take(UInt32.self))
    let keyCount = Int(reader.take(UInt32.self))
    guard flags < 4, fileBytes >= 0, stream >= 0,
      content.count == Self.headSize + spanCount * 16 + keyCount * 24
    else { return nil }

    let spans = (0..<spanCount).map { _ in
      Span(from: reader.take(Int64.self), through: reader.take(Int64.self))
    }
    let keys = (0..<keyCount).map { _ in
      let key = Key(
        time: reader.take(Int64.self), position: reader.take(Int64.self),
        size: Int(reader.take(UInt32.self)))
      _ = reader.take(UInt32.self)
      return key
    }
    guard Self.areSound(spans), Self.areSound(keys, bytes: fileBytes) else { return nil }
    self.init(
      identity: Identity(startTicks: startTicks, streamIndex: stream, bytes: fileBytes),
      keys: keys, spans: spans, end: flags & 2 == 0 ? nil : end, hasJumps: flags & 1 != 0)
  }

  private static func areSound(_ spans: [Span]) -> Bool {
    spans.allSatisfy { $0.from <= $0.through && ($0.from == .min || isTime($0.from)) }
      && spans.allSatisfy { $0.through == .max || isTime($0.through) }
      && zip(spans, spans.dropFirst()).allSatisfy { $0.through < $1.from }
  }

  private static func areSound(_ keys: [Key], bytes: Int64) -> Bool {
    keys.allSatisfy { isTime($0.time) && $0.position >= -1 && $0.position < bytes }
      && zip(keys, keys.dropFirst()).allSatisfy { $0.time < $1.time }
  }

  /// Within 30,000 years, far from where times overflow.
  private static func isTime(_ time: Int64) -> Bool { abs(time / 4) < 1 << 58 }
}

private struct Writer {
  var bytes: [UInt8] = []

  mutating func put<Number: FixedWidthInteger>(_ number: Number) {
    for index in 0..<Number.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index)))
    }
  }
}

private struct Reader {
  let bytes: [UInt8]
  var offset: Int

  /// The next number; the caller made sure that there are bytes enough.
  mutating func take<Number: FixedWidthInteger>(_: Number.Type) -> Number {
    var number: Number = 0
    for index in 0..<Number.bitWidth / 8 {
      number |= Number(truncatingIfNeeded: bytes[offset + index]) << (8 * index)
    }
    offset += Number.bitWidth / 8
    return number
  }
}
