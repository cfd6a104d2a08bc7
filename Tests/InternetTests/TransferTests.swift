// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

private let tenMegabytes = 10_000_000

/// What a client received that sent `count` bytes and finished, on one scheduler with its server.
private func exchange(
  with server: sending SimpleServer, sending count: Int, turnsBetween: Int = 0
) throws -> Bytes? {
  let scheduler = Scheduler()
  let client = TCPClient(host: "127.0.0.1", port: server.address.port)
  let giver = Giver(count)
  let taker = Taker(turnsBetween: turnsBetween)
  let result = Last.Result()
  let last = Last(result, stopping: [scheduler.activate(server)])
  try link(giver.outbox, to: client.inbox)
  try link(client.outbox, to: taker.inbox)
  try link(taker.outbox, to: last.inbox)
  scheduler.activate(last)
  scheduler.activate(giver)
  scheduler.activate(taker)
  scheduler.activate(client)
  #expect(scheduler.run().isEmpty)
  return result.value
}

@Suite struct `Case 45, ten megabytes sent and then finished` {
  @Test(arguments: [0, 50])
  func `45: the server's 10 MB arrive whole, slow reader or fast`(turnsBetween: Int) throws {
    let server = try SimpleServer(port: 0) { _ in Giver(tenMegabytes) }
    let got = try exchange(with: server, sending: 0, turnsBetween: turnsBetween)
    #expect(isPattern(got, tenMegabytes))
  }

  @Test(arguments: [0, 50])
  func `45: the client's 10 MB arrive whole, slow reader or fast`(turnsBetween: Int) throws {
    // The protocol sends back what it got, once it has all.
    let server = try SimpleServer(port: 0) { _ in Taker(turnsBetween: turnsBetween) }
    let got = try exchange(with: server, sending: tenMegabytes)
    #expect(isPattern(got, tenMegabytes))
  }

  @Test func `45: 10 MB in both directions at once arrive whole`() throws {
    let server = try SimpleServer(port: 0) { _ in Echo() }
    let got = try exchange(with: server, sending: tenMegabytes)
    #expect(isPattern(got, tenMegabytes))
  }

  @Test func `45: a slow program with a small window gets all that was sent before the end`() throws
  {
    try serving(protocol: { _ in Giver(tenMegabytes) }) { address in
      let peer = try Peer(address, receiveBuffer: 4096)
      var got: [UInt8] = []
      while true {
        let some = try peer.receive(atMost: 7001)
        if some.isEmpty { break }
        got += some
      }
      #expect(isPattern(got, tenMegabytes))
    }
  }

  @Test func `45: unread bytes under way from the client don't eat the server's tail`() throws {
    try serving(protocol: { _ in Giver(tenMegabytes) }) { address in
      let peer = try Peer(address)
      // The protocol reads none of these; it ends once the server has passed on its last message.
      try peer.send([UInt8](repeating: 1, count: 200_000))
      let first = try peer.receive(tenMegabytes / 2)
      try peer.send([UInt8](repeating: 2, count: 200_000))
      let rest = try peer.receive(tenMegabytes - first.count - 100_000)
      try peer.send([UInt8](repeating: 3, count: 200_000))
      #expect(isPattern(first + rest + (try peer.receiveAll()), tenMegabytes))
    }
  }

  @Test func `one message of 10 MB goes out though it takes many turns`() throws {
    try serving(protocol: { _ in Giver(tenMegabytes, by: tenMegabytes) }) { address in
      let peer = try Peer(address, receiveBuffer: 20_000)
      #expect(isPattern(try peer.receiveAll(), tenMegabytes))
    }
  }

  @Test func `what a client sends before the connection stands, and its end, arrive`() throws {
    let scheduler = Scheduler()
    let server = try SimpleServer(port: 0) { _ in Echo() }
    let client = TCPClient(host: "127.0.0.1", port: server.address.port)
    let feed = Outbox<Bytes>()
    try link(feed, to: client.inbox)
    feed.post(Bytes("early".utf8))
    feed.finish()
    let result = Last.Result()
    let taker = Taker()
    try link(client.outbox, to: taker.inbox)
    let last = Last(result, stopping: [scheduler.activate(server)])
    try link(taker.outbox, to: last.inbox)
    scheduler.activate(last)
    scheduler.activate(taker)
    scheduler.activate(client)
    #expect(scheduler.run().isEmpty)
    #expect(result.value == Bytes("early".utf8))
  }
}
