// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Internet

/// Gives back what it gets.
final class Echo: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()

  override func main() async throws {
    while let bytes = await inbox.next() { await outbox.send(bytes) }
  }
}

Example.run { scheduler in
  let words = Example.operands("EchoServer [PORT]\ngives each client back what it sends", 0...1)
  let server = try SimpleServer(port: Example.port(words.first ?? "1500")) { _ in Echo() }
  Example.say("listening at \(server.address)")
  scheduler.activate(server)
}
