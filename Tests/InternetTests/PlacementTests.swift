// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// Says on which scheduler it lives, by the name of that one's selector.
private final class Whereabouts: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  override func main() async throws {
    while await inbox.next() != nil {
      await outbox.send(Bytes(scheduler.localName("at").utf8) + Bytes("\n".utf8))
    }
  }
}

@Suite struct `Servers on several schedulers and inside one` {
  @Test func `clients are served on every scheduler of a group`() throws {
    let schedulers = Schedulers(count: 3)
    let server = try SimpleServer(port: 0, placement: .any) { _ in Whereabouts() }
    let address = server.address
    schedulers.activate(server, on: .number(0))
    schedulers.start()
    defer { schedulers.stop() }
    var places: Set<String> = []
    var peers: [Client] = []
    for _ in 0..<12 {
      let peer = try Peer(address)
      try peer.send("?")
      var line: [UInt8] = []
      while line.last != 10 { line += try peer.receive(1) }
      places.insert(String(decoding: line.dropLast(), as: UTF8.self))
      peers.append(Client(peer))
    }
    #expect(places == ["at", "at 1", "at 2"])
  }

  @Test func `45: a group carries ten megabytes a client whole, wherever it is placed`() throws {
    let schedulers = Schedulers(count: 2)
    let server = try SimpleServer(port: 0, placement: .any) { _ in Giver(10_000_000) }
    let address = server.address
    schedulers.activate(server)
    schedulers.start()
    defer { schedulers.stop() }
    for _ in 0..<4 { #expect(isPattern(try Peer(address).receiveAll(), 10_000_000)) }
  }

  @Test(arguments: [1, 2])
  func `a server runs inside a component, and inside one in there`(depth: Int) throws {
    let scheduler = Scheduler()
    let server = try SimpleServer(port: 0) { _ in Echo() }
    let address = server.address
    let inner = InnerScheduler()
    inner.add(server)
    let outer = InnerScheduler()
    if depth == 2 { outer.add(inner) } else { scheduler.activate(inner) }
    if depth == 2 { scheduler.activate(outer) }
    let other = try SimpleServer(port: 0) { _ in Echo() }
    let outside = other.address
    scheduler.activate(other)
    scheduler.start()
    defer { scheduler.stop() }
    for address in [address, outside, address] {
      let peer = try Peer(address)
      for round in 0..<200 {
        try peer.send("ping \(round % 10)")
        #expect(try peer.receiveText(6) == "ping \(round % 10)")
      }
      peer.finishSending()
      #expect(try peer.receiveAll().isEmpty)
    }
  }

  /// Nobody but the scheduler has the server any more when this returns.
  private func activateInside(_ scheduler: Scheduler) throws -> (Handle, SocketAddress) {
    let server = try SimpleServer(port: 0) { _ in Echo() }
    let address = server.address
    let inner = InnerScheduler()
    inner.add(server)
    return (scheduler.activate(inner), address)
  }

  @Test func `the end of an inner server closes its port and leaves the one outside`() throws {
    let scheduler = Scheduler()
    let other = try SimpleServer(port: 0) { _ in Echo() }
    let outside = other.address
    scheduler.activate(other)
    let (handle, address) = try activateInside(scheduler)
    scheduler.start()
    defer { scheduler.stop() }
    let peer = try Peer(address)
    try peer.send("x")
    #expect(try peer.receive(1).count == 1)
    handle.stop()
    #expect(try peer.receiveAll().isEmpty)
    while handle.isRunning {}
    #expect(throws: Peer.Trouble.self) { _ = try Peer(address) }
    let witness = try Peer(outside)
    try witness.send("y")
    #expect(try witness.receive(1).count == 1)
  }
}
