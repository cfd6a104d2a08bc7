// SPDX-License-Identifier: Apache-2.0
import Axon
import Media
import Testing

@testable import PreviewServer

@Suite struct ViewerRequestTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write("a.mpg")
  }

  private func pictures(_ title: String = "a.mpg") throws -> [UInt8] {
    var request = PreviewRequest(.preview, title: title)
    request.pace = .asap
    return try frame(request)
  }

  @Test func `an answer is a description, its pictures and an end, numbered from 0`() throws {
    let got = try converse(
      [.send(try pictures())], with: try service([folder.path]), pictures: PictureSource(count: 40))
    #expect(got.frames.map(\.frame.sequence) == Array(0..<42))
    #expect(got.first(.description)?.frame.sequence == 0)
    #expect(got.count(.picture) == 40 && got.skippedBytes == 0)
    #expect(got.ends == [PreviewEnd(.complete, framesSent: 40)])
    #expect(
      got.frames.filter { $0.frame.kind == .picture }.map(\.frame.time)
        == (0..<40).map { $0 * 10_000_000 })
  }

  @Test func `two requests in one piece get two answers, one behind the other`() throws {
    let got = try converse(
      [.send(try pictures() + frame(PreviewRequest(.preview, title: "b.mpg")) + pictures())],
      with: try service([folder.path]), pictures: PictureSource(count: 3))
    #expect(
      got.frames.map(\.frame.kind) == [
        .description, .picture, .picture, .picture, .end, .error,
        .description, .picture, .picture, .picture, .end,
      ])
    #expect(got.failures.map(\.code) == [.notFound])
    #expect(got.frames.map(\.frame.sequence) == Array(0..<11))
  }

  @Test func `a request is understood wherever it is cut`() throws {
    let service = try service([folder.path])
    let request = try pictures("none.mpg")
    for cut in 0...request.count {
      let got = try converse(
        [
          .send(Array(request[..<cut])), .wait(.milliseconds(10)), .send(Array(request[cut...])),
        ], with: service)
      #expect(got.failures.map(\.code) == [.notFound], "cut at \(cut)")
    }
  }

  @Test func `frames of other kinds are passed over`() throws {
    var framer = Framer()
    var bytes: [UInt8] = []
    for kind in PreviewFrame.Kind.allCases where kind != .request {
      bytes += try framer.bytes(of: PreviewFrame(kind: kind, payload: [1, 2, 3]))
    }
    let got = try converse(
      [.send(bytes + (try pictures()))], with: try service([folder.path]),
      pictures: PictureSource(count: 1))
    #expect(got.frames.map(\.frame.kind) == [.description, .picture, .end])
  }

  @Test func `a bad request gets its error, and the connection goes on`() throws {
    var framer = Framer()
    let texts = [
      "Operation: dance\r\n\r\n", "Operation: preview\r\n\r\n",
      "Operation: preview\r\nTitle: ../a\r\n\r\n",
      "Operation: preview\r\nTitle: a.mpg\r\nWidth: 5\r\n\r\n", "",
    ]
    let bytes = try texts.flatMap {
      try framer.bytes(of: PreviewFrame(kind: .request, payload: Array($0.utf8)))
    }
    let got = try converse(
      [.send(bytes + (try pictures()))], with: try service([folder.path]),
      pictures: PictureSource(count: 1))
    #expect(got.failures.map(\.code) == Array(repeating: .badRequest, count: 5))
    #expect(got.failures[3].reason.contains("Width") && got.failures[3].reason.contains("4096"))
    #expect(got.ends.count == 1)
  }

  @Test func `noise before a request is passed over`() throws {
    let got = try converse(
      [.send([UInt8](repeating: 0xFF, count: 60_000) + (try pictures()))],
      with: try service([folder.path]), pictures: PictureSource(count: 1))
    #expect(got.ends.count == 1)
  }

  @Test func `more than 64 KiB of noise ends the connection`() throws {
    let noise = [UInt8](repeating: 0x55, count: 33_000)
    let got = try converse(
      [.send(noise), .send(noise), .send(try pictures()), .wait(.seconds(100))],
      with: try service([folder.path]))
    #expect(got.failures.map(\.code) == [.badRequest] && got.frames.count == 1)
    #expect(got.length == .zero)
  }

  @Test func `a request that is too large, or of a later version, ends the connection`() throws {
    var framer = Framer()
    let large = try framer.bytes(
      of: PreviewFrame(kind: .request, payload: [UInt8](repeating: 65, count: 65_537)))
    var later = try framer.bytes(of: PreviewFrame(kind: .request, payload: []))
    later[4] = 2
    let check = CRC32.of(Array(later[..<28]))
    for index in 0..<4 { later[28 + index] = UInt8(truncatingIfNeeded: check >> (24 - 8 * index)) }
    for (bytes, code) in [(large, PreviewFailure.Code.tooLarge), (later, .version)] {
      let got = try converse(
        [.send(bytes), .send(try pictures()), .wait(.seconds(100))],
        with: try service([folder.path]))
      #expect(got.failures.map(\.code) == [code] && got.frames.count == 1)
      #expect(got.length == .zero)
    }
  }

  @Test func `one client too many is told so`() throws {
    let got = try converse(
      [.send(try pictures()), .wait(.seconds(100))], with: try service([folder.path], clients: 0))
    #expect(got.failures.map(\.code) == [.overloaded] && got.frames.count == 1)
  }

  @Test func `a list has a listing and an end`() throws {
    try folder.write("b/c.ogg", [1, 2, 3])
    let got = try converse(
      [
        .send(try frame(PreviewRequest(.list))),
        .send(try frame(PreviewRequest(.list, title: "no"))),
      ],
      with: try service([folder.path]))
    let listing = try #require(got.first(.listing))
    #expect(
      try Listing(payload: listing.frame.payload).entries == [
        .init(title: "a.mpg", byteCount: 9, kind: .video),
        .init(title: "b/c.ogg", byteCount: 3, kind: .sound),
      ])
    #expect(got.ends == [PreviewEnd(.complete, framesSent: 1)])
    #expect(got.failures.map(\.code) == [.notFound])
  }

  @Test func `a server without decoders says that it has a fault`() throws {
    let got = try converse([.send(try pictures())], with: try service([folder.path]))
    #expect(got.failures.map(\.code) == [.internal])
  }
}
