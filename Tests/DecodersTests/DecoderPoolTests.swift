// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media
import Processes
import Testing

/// The pool with decoders that do what the titles say.
@Suite struct DecoderPoolTests {
  @Test func `pictures in all widths come to the client, then what they took and the key map`() {
    var request = DecodingRequest(PreviewRequest(.preview, title: "good"))
    request.pictures.count = 3
    request.otherWidths = [16, 40]
    request.skipsBlack = true
    request.wantsKeyMap = true
    request.keyMap = [7, 0, 13, 10]
    let client = Collector(request)
    let events = decode(Programs.fake(), [client])
    #expect(client.description?.title == "good")
    #expect(client.pictures.map(\.slot) == [0, 1, 2])
    #expect(client.pictures.allSatisfy { $0.jpegs.map(\.count) == [320, 16, 40] })
    #expect(client.pictures.allSatisfy { $0.note == "was black" })
    #expect(client.result?.ending == .end(PreviewEnd(.complete, framesSent: 3)))
    #expect(client.result?.keyMap == [7, 0, 13, 10, 1])
    #expect(client.result?.statistics?.pictures == 3)
    #expect(client.result?.cause == nil)
    #expect(events.isEmpty)
  }

  static let misdeeds: [(String, @Sendable (ProcessFailure.Cause?) -> Bool)] = [
    ("hang", { $0 == .hung(after: .seconds(10)) }),
    ("reach out", { $0 == .forbiddenCall("socket") }),
    ("crash", { $0 == .signal(6) || Programs.isSanitized && $0 != nil }),
  ]

  @Test(arguments: misdeeds)
  func `a recording that ends its process gets the verdict, all others go on`(
    title: String, isIt: @Sendable (ProcessFailure.Cause?) -> Bool
  ) throws {
    var settings = Programs.fake()
    settings.patience = .seconds(10)
    let good = (0..<10).map { Collector("good \($0)", count: 50) }
    let bad = Collector(title)
    let events = decode(settings, good.prefix(5) + [bad] + good.suffix(5))
    let result = try #require(bad.result)
    #expect(isIt(result.cause), "\(String(describing: result.cause))")
    guard case .failure(let failure) = result.ending else {
      Issue.record("it ended well")
      return
    }
    #expect(failure.code == .unreadable)
    #expect(failure.reason.hasPrefix("decoding failed: the decoder "))
    for client in good {
      #expect(client.pictures.map(\.slot) == Array(0..<50))
      #expect(client.result?.ending == .end(PreviewEnd(.complete, framesSent: 50)))
    }
    #expect(events.count == 1)
  }

  @Test(.enabled(if: !Programs.isSanitized, "a sanitizer's shadow is over every limit"))
  func `a recording that eats memory is told apart from a crash`() {
    var settings = Programs.fake()
    settings.memoryLimit = 256 << 20
    let clients = [Collector("eat"), Collector("good")]
    decode(settings, clients)
    #expect(clients[0].result?.cause == .memoryLimit(256 << 20))
    #expect(clients[1].result?.cause == nil && clients[1].pictures.count == 5)
  }

  @Test func `a decoder that is slow but gets on isn't hung`() {
    var settings = Programs.fake(processes: 1)
    settings.patience = .seconds(5)
    let client = Collector("slow 12000")
    let events = decode(settings, [client])
    #expect(client.pictures.count == 5)
    #expect(client.result?.cause == nil)
    #expect(events.isEmpty)
  }

  @Test func `a batch has its jobs wait, each to its end`() {
    var settings = Programs.fake()
    settings.jobsPerProcess = 2
    settings.whenFull = .wait
    let clients = (0..<100).map { Collector($0 % 10 == 5 ? "crash" : "good \($0)") }
    let events = decode(settings, clients)
    for client in clients {
      #expect(client.pictures.count == (client.title == "crash" ? 0 : 5))
      #expect((client.result?.cause == nil) == (client.title != "crash"))
    }
    #expect(events.count == 10)
  }

  @Test func `a server's job that finds no room is refused`() {
    var settings = Programs.fake(processes: 1)
    settings.jobsPerProcess = 1
    let clients = [Collector("slow 1000"), Collector("good")]
    decode(settings, clients)
    #expect(clients[0].pictures.count == 5)
    guard case .failure(let failure) = clients[1].result?.ending else {
      Issue.record("it found room")
      return
    }
    #expect(failure.code == .busy)
  }
}
