// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Media
import Testing

@Suite struct FramingComponentTests {
  static let frames: [PreviewFrame] = (0..<100).map { number -> PreviewFrame in
    let payload = [UInt8](repeating: UInt8(number), count: number * 37)
    return PreviewFrame(
      kind: number % 9 == 0 ? .heartbeat : .picture, sequence: UInt32(number),
      time: Int64(number) * 1000, payload: payload)
  }

  static func stream(_ frames: [PreviewFrame]) throws -> [UInt8] {
    var framer = Framer()
    return try frames.flatMap { try framer.bytes(of: $0) }
  }

  static func pieces(_ bytes: [UInt8], of length: Int) -> [Bytes] {
    stride(from: 0, to: bytes.count, by: length).map {
      Array(bytes[$0..<min($0 + length, bytes.count)])
    }
  }

  @Test(arguments: [1, 7, 1000, 1 << 20])
  func `frames come out whole, wherever the bytes are cut`(length: Int) throws {
    let pieces = Self.pieces(try Self.stream(Self.frames), of: length)
    let result = try TestRun(
      of: Pipeline {
        TestSource(pieces)
        Deframing()
      })
    #expect(result.error == nil && result.messages == Self.frames)
  }

  @Test func `what is framed comes out as it went in`() throws {
    let result = try TestRun(
      of: Pipeline {
        TestSource(Self.frames)
        Framing()
        Deframing()
      })
    #expect(result.error == nil && result.messages == Self.frames)
  }

  @Test func `a damaged frame is left out`() throws {
    var bytes = try Self.stream(Self.frames)
    let place = try Self.stream(Array(Self.frames[..<50])).count + 40
    bytes[place] ^= 1
    let result = try TestRun(
      of: Pipeline {
        TestSource(Self.pieces(bytes, of: 500))
        Deframing()
      })
    #expect(result.error == nil)
    #expect(result.messages == Self.frames.filter { $0.sequence != 50 })
  }

  @Test func `a frame over the limit is left out`() throws {
    let bytes = try Self.stream(Self.frames)
    let result = try TestRun(
      of: Pipeline {
        TestSource([bytes])
        Deframing(payloadLimit: 1000)
      })
    #expect(result.error == nil)
    #expect(result.messages == Self.frames.filter { $0.payload.count <= 1000 })
  }

  @Test func `a frame of another version ends it, after those before`() throws {
    // docs/PROTOCOL.md, test vector "of-version-2".
    let later: Bytes = [
      0xFF, 0x50, 0x56, 0x31, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2A, 0x06, 0x40, 0xDD,
    ]
    let bytes = try Self.stream(Array(Self.frames[..<3]))
    let result = try TestRun(
      of: Pipeline {
        TestSource([bytes + later])
        Deframing()
      })
    #expect(result.error as? FramingError == .version(2))
    #expect(result.messages == Array(Self.frames[..<3]))
  }

  @Test(arguments: [("HTTP/1.1 400 Bad Request\r\n", 1), ("ABCDEFGH", 1 << 15)])
  func `what is no preview stream is refused`(text: String, count: Int) throws {
    let result = try TestRun(
      of: Pipeline {
        TestSource(Array(repeating: Array(text.utf8), count: count))
        Deframing()
      })
    let error = try #require(result.error as? MediaError)
    #expect(error.reason.hasSuffix("hold no frame: this is something else"))
  }

  @Test func `an empty stream is no error`() throws {
    let result = try TestRun(
      of: Pipeline {
        TestSource([Bytes]())
        Deframing()
      })
    #expect(result.error == nil && result.messages.isEmpty)
  }

  @Test func `a payload over 16 MiB can't be framed`() throws {
    let frame = PreviewFrame(
      kind: .picture, payload: [UInt8](repeating: 0, count: PreviewFrame.payloadLimit + 1))
    let result = try TestRun(
      of: Pipeline {
        TestSource([frame])
        Framing()
      })
    #expect(result.error is FramingError && result.messages.isEmpty)
  }
}
