// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Media

/// A component that speaks in dictionaries.
protocol Speaker: Component {
  var inbox: Inbox<MIMEDictionary> { get }
  var outbox: Outbox<MIMEDictionary> { get }
}

/// Lets a speaker talk over anything that carries bytes: a marshaller stands between.
final class Speaking: Graphline, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let makeSpeaker: () -> sending any Speaker

  init(_ makeSpeaker: @escaping () -> sending any Speaker) { self.makeSpeaker = makeSpeaker }

  override func main() async throws {
    let marshaller = Marshaller(CountedCodec(MIMEDictionaryCodec()))
    let speaker = makeSpeaker()
    try link(inbox, to: marshaller.demarshall)
    try link(marshaller.demarshalled, to: speaker.inbox)
    try link(speaker.outbox, to: marshaller.marshall)
    try link(marshaller.marshalled, to: outbox)
    add(marshaller)
    add(speaker)
    try await super.main()
  }
}

/// Gives each dictionary back with a field that counts them.
final class Answering: Component, Speaker {
  let inbox = Inbox<MIMEDictionary>()
  let outbox = Outbox<MIMEDictionary>()

  override func main() async throws {
    var count = 0
    while var dictionary = await inbox.next() {
      count += 1
      dictionary.append("Answer", "\(count)")
      await outbox.send(dictionary)
    }
  }
}

/// Sends one dictionary and prints what is answered.
final class Asking: Component, Speaker {
  let inbox = Inbox<MIMEDictionary>()
  let outbox = Outbox<MIMEDictionary>()
  private let question: MIMEDictionary

  init(_ question: MIMEDictionary) { self.question = question }

  override func main() async throws {
    await outbox.send(question)
    guard let answer = await inbox.next() else { throw NoAnswer() }
    for field in answer.fields { Example.say("\(field.name) = \(field.value)") }
    Example.say(String(decoding: answer.body, as: UTF8.self))
  }

  struct NoAnswer: Error, CustomStringConvertible {
    var description: String { "the server ended the connection without an answer" }
  }
}
