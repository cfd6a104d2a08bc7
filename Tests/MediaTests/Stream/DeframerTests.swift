// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

/// All frames of these pieces, pushed one after the other.
func frames(in pieces: [[UInt8]], _ deframer: inout Deframer) throws -> [PreviewFrame] {
  var frames: [PreviewFrame] = []
  for piece in pieces {
    deframer.push(piece)
    while let frame = try deframer.next() { frames.append(frame) }
  }
  return frames
}

@Suite struct DeframerTests {
  static let nine = someFrames(9)

  @Test func `36: finds the same frames wherever the stream is cut`() throws {
    let bytes = try stream(Self.nine)
    for cut in 0...bytes.count {
      var deframer = Deframer()
      let found = try frames(in: [Array(bytes[..<cut]), Array(bytes[cut...])], &deframer)
      #expect(found == Self.nine, "cut at \(cut)")
      #expect(deframer.skippedBytes == 0 && deframer.position == bytes.count)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 31, 32, 33, 100]) func `finds them in pieces of`(size: Int) throws {
    let bytes = try stream(Self.nine)
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    var deframer = Deframer()
    #expect(try frames(in: pieces, &deframer) == Self.nine)
  }

  @Test func `38: ten frames in one push come out as ten`() throws {
    var deframer = Deframer()
    #expect(try frames(in: [stream(someFrames(10))], &deframer) == someFrames(10))
  }

  @Test func `37: a start in the middle of a frame skips to the next`() throws {
    let bytes = try stream(Self.nine)
    let second = 32 + Self.nine[0].payload.count
    for start in 1...second {
      var deframer = Deframer()
      #expect(try frames(in: [Array(bytes[start...])], &deframer) == Array(Self.nine[1...]))
      #expect(deframer.skippedBytes == second - start)
    }
  }

  @Test(arguments: 0..<9) func `39: one corrupt frame of nine leaves eight`(corrupt: Int) throws {
    let all = someFrames(10)[1...].map { $0 }
    let lengths = all.map { 32 + $0.payload.count }
    let begin = lengths[..<corrupt].reduce(0, +)
    for offset in 0..<lengths[corrupt] {
      var bytes = try stream(all)
      bytes[begin + offset] ^= 0x10
      var deframer = Deframer()
      let found = try frames(in: [bytes], &deframer)
      #expect(found.map(\.payload) == (all[..<corrupt] + all[(corrupt + 1)...]).map(\.payload))
      #expect(deframer.skippedBytes == lengths[corrupt])
      #expect(deframer.droppedFrames == (offset < 32 ? 0 : 1))
    }
  }

  @Test(arguments: 1..<8) func `a frame that lost bytes costs no other frame`(short: Int) throws {
    let all = someFrames(9).map { PreviewFrame(kind: .picture, time: $0.time, payload: $0.payload) }
    let begin = all[..<short].map { 32 + $0.payload.count }.reduce(0, +)
    for lost in 1...all[short].payload.count {
      var bytes = try stream(all)
      bytes.removeSubrange(begin + 32..<begin + 32 + lost)
      var deframer = Deframer()
      deframer.push(bytes)
      deframer.finish()
      let found = try frames(in: [[]], &deframer)
      #expect(found.map(\.time) == (all[..<short] + all[(short + 1)...]).map(\.time))
      #expect(deframer.droppedFrames == 1 && deframer.waitingBytes == 0)
    }
  }

  @Test func `noise before, between and after is counted`() throws {
    let noise: [UInt8] = [0xFF, 0x50, 0x56, 0x31, 1, 3, 0xFF, 0xFF, 0x50, 0x56, 0, 0xFF]
    var framer = Framer()
    let bytes = try Self.nine.flatMap { try noise + framer.bytes(of: $0) } + noise
    var deframer = Deframer()
    #expect(try frames(in: [bytes], &deframer) == Self.nine)
    deframer.finish()
    #expect(try deframer.next() == nil)
    #expect(deframer.skippedBytes == 10 * noise.count)
  }

  @Test func `pure noise leaves nothing waiting but a possible beginning`() throws {
    var generator = SeededGenerator(seed: 3)
    var deframer = Deframer()
    let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try frames(in: [noise, [1, 2, 0xFF, 0x50, 0x56]], &deframer).isEmpty)
    #expect(deframer.waitingBytes == 3 && deframer.skippedBytes == 100_002)
  }

  @Test func `an unknown kind is skipped and counted`() throws {
    var bytes = try stream(Array(Self.nine[..<3]))
    bytes[5] = 77
    fixHeaderCheck(&bytes)
    var deframer = Deframer()
    #expect(try frames(in: [bytes], &deframer) == Array(Self.nine[1..<3]))
    #expect(deframer.unknownFrames == 1 && deframer.skippedBytes == 0)
  }

  @Test func `a larger version is an error and the next frame is read`() throws {
    var bytes = try stream(Array(Self.nine[..<3]))
    bytes[4] = 2
    fixHeaderCheck(&bytes)
    var deframer = Deframer()
    deframer.push(bytes)
    #expect(throws: FramingError.version(2)) { try deframer.next() }
    #expect(try deframer.next() == Self.nine[1])
  }

  @Test func `a payload over the limit is an error before it is buffered`() throws {
    var framer = Framer()
    let bytes = try framer.bytes(
      of: PreviewFrame(kind: .request, payload: [UInt8](repeating: 9, count: 65_537)))
    var deframer = Deframer(payloadLimit: 65_536)
    deframer.push(bytes[..<32])
    #expect(throws: FramingError.tooLarge(byteCount: 65_537, limit: 65_536)) { try deframer.next() }
    #expect(deframer.waitingBytes == 0)
  }

  @Test func `headers within headers cost no more than twice their bytes`() throws {
    // Each header claims all the rest as its payload, and each check is wrong: naive rescans
    // would check 4,000 payloads of up to 128 KB, half a gigabyte.
    let count = 4000
    var bytes: [UInt8] = []
    for index in 0..<count {
      var framer = Framer()
      bytes += try framer.header(
        kind: .picture, time: 0, payloadLength: (count - index - 1) * 32, payloadCheck: 1)
    }
    var deframer = Deframer()
    #expect(try frames(in: [bytes], &deframer).isEmpty)
    #expect(deframer.droppedFrames == 2 && deframer.skippedBytes == bytes.count)
  }

  @Test func `no mutation crashes it and every byte is accounted for`() throws {
    let bytes = try stream(Self.nine)
    for mutant in mutants(of: bytes, count: 3000, seed: 11) {
      var deframer = Deframer()
      deframer.push(mutant)
      deframer.finish()
      var whole = 0
      while true {
        do {
          guard let frame = try deframer.next() else { break }
          whole += 32 + frame.payload.count
        } catch {}
      }
      #expect(whole + deframer.skippedBytes >= mutant.count || deframer.unknownFrames > 0)
      #expect(deframer.position == mutant.count && deframer.waitingBytes == 0)
    }
  }

  /// Makes the check of the first header right again.
  private func fixHeaderCheck(_ bytes: inout [UInt8]) {
    let check = CRC32.of(Array(bytes[..<28]))
    for index in 0..<4 { bytes[28 + index] = UInt8(truncatingIfNeeded: check >> (24 - 8 * index)) }
  }
}
