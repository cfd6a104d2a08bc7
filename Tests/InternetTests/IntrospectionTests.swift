// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// The protocol between components, without a socket, in virtual time.
@Suite struct Introspection {
  /// What a client says, each after so long.
  typealias Word = (after: Duration, text: String)

  /// A client that says its words, stays for a while, and writes down what it hears.
  final class Client: Component, Source, Sink {
    let inbox = Inbox<Bytes>()
    let outbox = Outbox<Bytes>()
    private let words: [Word]
    private let stay: Duration
    private let result: Last.Result

    init(_ words: [Word], stay: Duration, _ result: Last.Result) {
      self.words = words
      self.stay = stay
      self.result = result
    }

    override var stopsWhenUnheard: Bool { false }

    override func main() async throws {
      for word in words {
        try await sleep(for: word.after)
        await outbox.send(Bytes(word.text.utf8))
      }
      let end = now + stay
      scheduler.wake(handle, at: end)
      var heard = Bytes()
      while now < end, !(inbox.isFinished && inbox.isEmpty) {
        while let bytes = inbox.take() { heard += bytes }
        await pause()
      }
      result.set(heard)
    }
  }

  /// What the protocol answers to a client that hears it for 100 s, unless it ends first.
  private func answer(
    to words: [Word], stay: Duration = .seconds(100), beside: sending Component? = nil
  ) throws -> String {
    let scheduler = Scheduler(time: .virtual, onFault: { _ in })
    let result = Last.Result()
    let client = Client(words, stay: stay, result)
    let looking = IntrospectionProtocol()
    try link(client.outbox, to: looking.inbox)
    try link(looking.outbox, to: client.inbox)
    scheduler.activate(client)
    scheduler.activate(looking)
    if let beside { scheduler.activate(beside) }
    #expect(scheduler.run().isEmpty)
    return String(decoding: result.value ?? [], as: UTF8.self)
  }

  @Test(arguments: ["follow\n", "\n", "follow\r\n", ""])
  func `who follows, or says nothing, is told all, then only changes`(word: String) throws {
    let told = try answer(to: [(.zero, word)])
    #expect(told.hasPrefix("DEL ALL\nADD NODE \"Client_"))
    // Nothing has changed in 100 s.
    #expect(told.split(separator: "\n").filter { $0 == "DEL ALL" }.count == 1)
    #expect(!told.contains("DEL NODE") && !told.contains("COUNTS"))
  }

  @Test func `counts are told to who asks for them`() throws {
    let told = try answer(to: [(.zero, "follow counts\n")])
    #expect(told.contains("COUNTS \"IntrospectionProtocol_"))
  }

  @Test func `a picture is one document, and the end`() throws {
    let tree = try answer(to: [(.zero, "tree\n")])
    #expect(tree.hasPrefix("Axon: 2 components, no faults\n") && tree.contains("└─ "))
    let graph = try answer(to: [(.zero, "graph\n")])
    #expect(graph.hasPrefix("digraph axon {\n") && graph.hasSuffix("}\n"))
  }

  @Test func `a request may come in pieces, and late`() throws {
    let tree = try answer(to: [
      (.milliseconds(900), "tr"), (.seconds(3), "ee"), (.seconds(1), "\n"),
    ])
    #expect(tree.hasPrefix("Axon: "))
  }

  @Test func `who follows may ask for a picture`() throws {
    let told = try answer(to: [(.zero, "follow\n"), (.seconds(20), "graph\n")])
    #expect(told.hasPrefix("DEL ALL\n") && told.contains("\ndigraph axon {\n"))
    #expect(told.hasSuffix("}\n"))
  }

  @Test(arguments: [
    ("hello\n", "unknown request 'hello'"), ("GET / HTTP/1.1\r\n", "unknown request 'GET / HTTP"),
    ("follow me\n", "unknown request 'follow me'"), ("\u{1b}[31m\"\n", "unknown request '?[31m?'"),
    (String(repeating: "x", count: 300), "a line of more than 200 bytes"),
    ("tre", "unknown request 'tre'"),
  ])
  func `what it doesn't know is answered with a line that says what it knows`(
    word: String, answer expected: String
  ) throws {
    let told = try answer(to: [(.zero, word)])
    #expect(told.hasPrefix("ERROR \"" + expected))
    #expect(told.hasSuffix(": say follow, follow counts, tree or graph\"\n"))
    #expect(told.split(separator: "\n").count == 1)
  }

  @Test func `a component that fails is told to who follows`() throws {
    let told = try answer(to: [(.zero, "follow\n")], beside: Failing())
    #expect(told.contains("\nFAULT \"Failing_"))
    #expect(told.contains("DEL NODE \"Failing_"))
  }

  final class Failing: Component {
    struct Mishap: Error {}
    override func main() async throws {
      try await sleep(for: .seconds(7))
      throw Mishap()
    }
  }

  @Test(arguments: [
    ("follow", IntrospectionRequest.follow(.events)), ("", .follow(.events)),
    ("  follow   counts ", .follow(.counts)), ("tree", .tree), ("graph\r", .graph),
  ])
  func `a line is read`(line: String, request: IntrospectionRequest) throws {
    #expect(try IntrospectionRequest(line: line) == request)
  }

  @Test func `a line is found wherever the stream is cut, and the rest left`() throws {
    let stream = Bytes("tree\nrest".utf8)
    for cut in 0...stream.count {
      var bytes = Bytes(stream[..<cut])
      var request = try IntrospectionRequest.next(in: &bytes)
      #expect((request == .tree) == (cut >= 5))
      bytes += stream[cut...]
      if request == nil { request = try IntrospectionRequest.next(in: &bytes) }
      #expect(request == .tree && bytes == Bytes("rest".utf8))
    }
  }
}
