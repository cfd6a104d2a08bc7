// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet
import Media

Example.run { scheduler in
  let words = Example.operands(
    """
    MimeDictOverTCP serve [PORT]
           MimeDictOverTCP ask HOST PORT NAME=VALUE... [BODY]
    sends a dictionary of fields, and a body, to a server, which answers with one
    """, 1...100)
  switch words[0] {
  case "serve":
    let port = Example.port(words.count > 1 ? words[1] : "1500")
    let server = try SimpleServer(port: port) { _ in Speaking { Answering() } }
    Example.say("listening at \(server.address)")
    scheduler.activate(server)
  case "ask" where words.count > 3:
    let question = dictionary(words.dropFirst(3))
    let client = TCPClient(host: words[1], port: Example.port(words[2]))
    let speaking = Speaking { Asking(question) }
    try link(client.outbox, to: speaking.inbox)
    try link(speaking.outbox, to: client.inbox)
    scheduler.activate(client)
    scheduler.activate(speaking)
  default:
    throw Misuse()
  }
}

/// Reads `NAME=VALUE` as fields, and what has no such form as the body.
func dictionary(_ words: some Sequence<String>) -> MIMEDictionary {
  var dictionary = MIMEDictionary()
  for word in words {
    let parts = word.split(separator: "=", maxSplits: 1)
    if parts.count == 2, parts[0].utf8.allSatisfy({ 33...126 ~= $0 && $0 != 0x3A }) {
      dictionary.append(String(parts[0]), String(parts[1]))
    } else {
      dictionary.body = Bytes(word.utf8)
    }
  }
  return dictionary
}

struct Misuse: Error, CustomStringConvertible {
  var description: String { "serve or ask, with what these need: see --help" }
}
