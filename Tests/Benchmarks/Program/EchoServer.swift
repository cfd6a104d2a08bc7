// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet

/// Gives back what a client sends.
private final class Echo: CallbackComponent, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  override func mainBody() -> Turn {
    while !outbox.isFull, let bytes = inbox.take() { outbox.post(bytes) }
    return .pause
  }
}

/// Prints its port, and serves until standard input ends.
func serveEcho() throws {
  let scheduler = Scheduler()
  let server = try SimpleServer(port: 0) { _ in Echo() }
  writeLine("\(server.address.port)", to: 1)
  scheduler.activate(server)
  scheduler.start()
  var byte: UInt8 = 0
  while unsafe read(0, &byte, 1) > 0 {}
  scheduler.stop()
}
