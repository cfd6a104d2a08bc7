// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

/// Numbers as decimal text; "?" can't be read.
private struct Numbers: Codec {
  struct NoNumber: Error {}
  func marshall(_ number: Int) -> Bytes { Bytes("\(number)".utf8) }
  func demarshall(_ bytes: Bytes) throws -> [Int] {
    guard let number = Int(String(decoding: bytes, as: UTF8.self)) else { throw NoNumber() }
    return [number]
  }
}

/// Sends what it was given, then ends; says whether all of it was taken.
private final class Giving<Message: Sendable>: Component, Source {
  let outbox = Outbox<Message>()
  private let messages: [Message]
  private let record: Record<String>
  init(_ messages: [Message], _ record: Record<String>) {
    self.messages = messages
    self.record = record
  }
  override func main() async throws {
    for message in messages {
      guard await outbox.send(message) else { return record.add("unheard") }
    }
    record.add("sent")
  }
}

/// Writes down what it gets and that there is no more, or ends after so many.
private final class Keeping<Message: Sendable>: Component, Sink {
  let inbox = Inbox<Message>(capacity: 1)
  private let record: Record<String>
  private let limit: Int
  init(_ record: Record<String>, limit: Int = .max) {
    self.record = record
    self.limit = limit
  }
  override func main() async throws {
    for _ in 0..<limit {
      guard let message = await inbox.next() else { return record.add("end") }
      record.add("\(message)")
    }
  }
}

@Suite struct `The marshaller` {
  @Test func `messages become bytes and bytes messages, in both directions to the end`() throws {
    let scheduler = Scheduler()
    let marshaller = Marshaller(CountedCodec(Numbers()))
    let (out, into, ends) = (Record<String>(), Record<String>(), Record<String>())
    let numbers = Giving([1, 22, 333], ends)
    let bytes = Giving([Array("1\n4".utf8), Array("2\n5".utf8), Array("5".utf8)], ends)
    let written = Keeping<Bytes>(out)
    let read = Keeping<Int>(into)
    try link(numbers.outbox, to: marshaller.marshall)
    try link(marshaller.marshalled, to: written.inbox)
    try link(bytes.outbox, to: marshaller.demarshall)
    try link(marshaller.demarshalled, to: read.inbox)
    scheduler.activate(marshaller)
    scheduler.activate(numbers)
    scheduler.activate(bytes)
    scheduler.activate(written)
    scheduler.activate(read)
    #expect(scheduler.run().isEmpty)
    let texts = ["1\n1", "2\n22", "3\n333"].map { "\(Array($0.utf8))" }
    #expect(out.entries == texts + ["end"])
    #expect(into.entries == ["4", "55", "end"])
  }

  @Test func `one direction may be left unlinked`() throws {
    let scheduler = Scheduler()
    let marshaller = Marshaller(Numbers())
    let (out, ends) = (Record<String>(), Record<String>())
    let bytes = Giving([Array("7".utf8), Array("8".utf8)], ends)
    let read = Keeping<Int>(out)
    try link(bytes.outbox, to: marshaller.demarshall)
    try link(marshaller.demarshalled, to: read.inbox)
    scheduler.activate(marshaller)
    scheduler.activate(bytes)
    scheduler.activate(read)
    #expect(scheduler.run().isEmpty)
    #expect(out.entries == ["7", "8", "end"] && ends.entries == ["sent"])
  }

  @Test func `who leaves one direction ends those behind it, and the other goes on`() throws {
    let scheduler = Scheduler()
    let marshaller = Marshaller(Numbers())
    let (out, into) = (Record<String>(), Record<String>())
    let (numbersEnd, bytesEnd) = (Record<String>(), Record<String>())
    let numbers = Giving(Array(0..<1000), numbersEnd)
    let bytes = Giving((0..<100).map { Array("\($0)".utf8) }, bytesEnd)
    let written = Keeping<Bytes>(out, limit: 2)
    let read = Keeping<Int>(into)
    try link(numbers.outbox, to: marshaller.marshall)
    try link(marshaller.marshalled, to: written.inbox)
    try link(bytes.outbox, to: marshaller.demarshall)
    try link(marshaller.demarshalled, to: read.inbox)
    scheduler.activate(marshaller)
    scheduler.activate(numbers)
    scheduler.activate(bytes)
    scheduler.activate(written)
    scheduler.activate(read)
    #expect(scheduler.run().isEmpty)
    #expect(out.count == 2 && numbersEnd.entries == ["unheard"])
    #expect(into.count == 101 && bytesEnd.entries == ["sent"])
  }

  @Test func `what can't be read ends it by the codec's error`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let marshaller = Marshaller(Numbers())
    let (out, ends) = (Record<String>(), Record<String>())
    let bytes = Giving([Array("7".utf8), Array("?".utf8), Array("8".utf8)], ends)
    let read = Keeping<Int>(out)
    try link(bytes.outbox, to: marshaller.demarshall)
    try link(marshaller.demarshalled, to: read.inbox)
    let handle = scheduler.activate(marshaller)
    scheduler.activate(bytes)
    scheduler.activate(read)
    #expect(scheduler.run().isEmpty)
    #expect(out.entries == ["7", "end"])
    guard case .failed(let failure) = handle.outcome, failure.error is Numbers.NoNumber else {
      Issue.record("it ended by \(String(describing: handle.outcome))")
      return
    }
  }
}

@Suite struct `Counted messages` {
  @Test func `are found wherever the stream is cut`() throws {
    let stream = Array("1\n72\n103\n999".utf8)
    for cut in 0...stream.count {
      var codec = CountedCodec(Numbers())
      let first = try codec.demarshall(Array(stream[..<cut]))
      #expect(first + (try codec.demarshall(Array(stream[cut...]))) == [7, 10, 999], "at \(cut)")
    }
    var codec = CountedCodec(Numbers())
    #expect(try stream.flatMap { try codec.demarshall([$0]) } == [7, 10, 999])
  }

  @Test(arguments: ["x", "\n", "-1\n", "1x", "1\n7x"])
  func `without a count are an error`(text: String) {
    var codec = CountedCodec(Numbers())
    #expect(throws: CountError.self) { try codec.demarshall(Array(text.utf8)) }
  }

  @Test(arguments: ["11\n", "00000000000000000000", "99999999999999999999999"])
  func `over the limit are an error before they have come`(text: String) {
    var codec = CountedCodec(Numbers(), limit: 10)
    #expect(throws: CountError.self) { try codec.demarshall(Array(text.utf8)) }
    #expect(throws: CountError.tooLong(11, limit: 10)) { try codec.marshall(12_345_678_901) }
  }
}
