// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Media
import Testing

@Suite struct `Dictionaries through a marshaller` {
  @Test func `42: every text that is read and written again is the same text`() throws {
    let texts = MIMEDictionaryTests.texts.map { Array($0.utf8) }
    let scheduler = Scheduler()
    let source = TestSource(texts)
    let marshaller = Marshaller(MIMEDictionaryCodec())
    let sink = TestSink<Bytes>()
    let received = sink.received
    try link(source.outbox, to: marshaller.demarshall)
    // What was read goes straight back to be written.
    try link(marshaller.demarshalled, to: marshaller.marshall)
    try link(marshaller.marshalled, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(marshaller)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == texts)
  }

  @Test func `42: dictionaries keep apart in a stream that is cut anywhere`() throws {
    let texts = MIMEDictionaryTests.texts.map { Array($0.utf8) }
    var codec = CountedCodec(MIMEDictionaryCodec())
    let stream = try texts.flatMap { try codec.marshall(MIMEDictionary($0)) }
    for cut in 0...stream.count {
      let pieces = [Array(stream[..<cut]), Array(stream[cut...])]
      let found = try pieces.flatMap { try codec.demarshall($0) }
      #expect(found.map(\.bytes) == texts, "cut at \(cut)")
    }
  }
}
