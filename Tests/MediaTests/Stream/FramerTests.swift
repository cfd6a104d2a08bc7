// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

/// Some frames of every kind, with payloads of all sorts of lengths.
func someFrames(_ count: Int, longest: Int = 300) -> [PreviewFrame] {
  var generator = SeededGenerator(seed: 7)
  return (0..<count).map { index in
    let length = index == 0 ? 0 : Int.random(in: 0...longest, using: &generator)
    return PreviewFrame(
      kind: PreviewFrame.Kind.allCases[index % PreviewFrame.Kind.allCases.count],
      flags: PreviewFrame.Flags(rawValue: UInt16(index % 4)), sequence: UInt32(index),
      time: Int64(index) * 10_000_000 - 5,
      payload: (0..<length).map { _ in .random(in: 0...255, using: &generator) })
  }
}

/// The frames as one stream.
func stream(_ frames: [PreviewFrame]) throws -> [UInt8] {
  var framer = Framer()
  return try frames.flatMap { try framer.bytes(of: $0) }
}

@Suite struct FramerTests {
  @Test func `numbers its frames and wraps`() throws {
    var framer = Framer(nextSequence: .max - 1)
    var deframer = Deframer()
    for _ in 0..<3 { deframer.push(try framer.bytes(of: PreviewFrame(kind: .heartbeat))) }
    var numbers: [UInt32] = []
    while let frame = try deframer.next() { numbers.append(frame.sequence) }
    #expect(numbers == [.max - 1, .max, 0])
  }

  @Test func `a header alone is that of the whole frame`() throws {
    let frame = someFrames(5)[4]
    var (one, two) = (Framer(nextSequence: 4), Framer(nextSequence: 4))
    let header = try one.header(
      kind: frame.kind, flags: frame.flags, time: frame.time, payloadLength: frame.payload.count,
      payloadCheck: CRC32.of(frame.payload))
    #expect(try header + frame.payload == two.bytes(of: frame))
  }

  @Test func `the check value is that of zlib`() {
    // python3 -c 'import zlib; print(hex(zlib.crc32(b"123456789")))' => 0xcbf43926
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
  }

  @Test func `takes 16 MiB and refuses a byte more`() throws {
    var framer = Framer()
    var frame = PreviewFrame(kind: .picture, payload: [UInt8](repeating: 1, count: 16 << 20))
    var deframer = Deframer()
    deframer.push(try framer.bytes(of: frame))
    #expect(try deframer.next()?.payload.count == 16 << 20)
    frame.payload.append(1)
    #expect(throws: FramingError.tooLarge(byteCount: (16 << 20) + 1, limit: 16 << 20)) {
      try framer.bytes(of: frame)
    }
    #expect(framer.nextSequence == 1)
  }
}
