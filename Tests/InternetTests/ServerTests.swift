// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet
import Synchronization
import Testing

/// Protocols that live now.
private final class Census: Sendable {
  private let living = Atomic(0)
  func add(_ change: Int) { living.add(change, ordering: .sequentiallyConsistent) }
  var count: Int { living.load(ordering: .sequentiallyConsistent) }
}

/// Answers each byte with the number of protocols that live.
private final class Counted: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let census: Census
  init(_ census: Census) { self.census = census }
  override func main() async throws {
    census.add(1)
    defer { census.add(-1) }
    while let bytes = await inbox.next() {
      for _ in bytes { await outbox.send([UInt8(census.count)]) }
    }
  }
}

/// Sends for ever and reads nothing.
private final class Endless: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  override func main() async throws {
    while await outbox.send(Bytes(repeating: 7, count: 65_536)) {}
  }
}

@Suite struct `Clients of every kind` {
  @Test func `46: a client's reset ends only its own protocol`() throws {
    let census = Census()
    let faults = Faults()
    try serving(faults: faults, protocol: { _ in Counted(census) }) { address in
      let witness = try Peer(address)
      let victim = try Peer(address)
      try witness.send("?")
      try victim.send("?")
      _ = try witness.receive(1)
      _ = try victim.receive(1)
      try witness.send("?")
      #expect(try witness.receive(1) == [2])
      victim.reset()
      // Each question is a whole way through the server; the end of the other comes meanwhile.
      var living: UInt8 = 2
      while living != 1 {
        try witness.send("?")
        living = try #require(try witness.receive(1).first)
      }
    }
    #expect(faults.all.isEmpty, "a reset is no fault of ours")
  }

  @Test func `46: a client that resets in the middle of a transfer disturbs nobody`() throws {
    try serving(protocol: { $0.port == 0 ? Giver(0) : Giver(20_000_000) }) { address in
      let witness = try Peer(address)
      for _ in 0..<10 {
        let victim = try Peer(address)
        _ = try victim.receive(100_000)
        victim.reset()
      }
      #expect(isPattern(try witness.receiveAll(), 20_000_000))
    }
  }

  @Test(.enabled(if: canOpen(5_000), "the hard limit of descriptors is below 5,000"))
  func `47: 2,000 clients at once are served`() throws {
    raiseLimit(to: 5_000)
    try serving(protocol: { _ in Echo() }) { address in
      var peers: [Client] = []
      for _ in 0..<2_000 { peers.append(Client(try Peer(address))) }
      for (place, client) in peers.enumerated() { try client.peer.send("client \(place)!") }
      for (place, client) in peers.enumerated() {
        let expected = "client \(place)!"
        #expect(try client.peer.receiveText(expected.utf8.count) == expected)
      }
    }
  }

  @Test func `48: a request split over many segments, or two in one, is read right`() throws {
    try serving(protocol: { _ in Lines() }) { address in
      let peer = try Peer(address)
      for byte in "a request".utf8 { try peer.send([byte]) }
      try peer.send("\n")
      #expect(try peer.receiveText(12) == "9:a request\n")
      try peer.send("one\ntwo\nthr")
      #expect(try peer.receiveText(12) == "3:one\n3:two\n")
      try peer.send("ee\n")
      #expect(try peer.receiveText(8) == "5:three\n")
    }
  }

  @Test func `a client that has sent all still gets its answer`() throws {
    try serving(protocol: { _ in Lines() }) { address in
      let peer = try Peer(address)
      try peer.send("last words\n")
      peer.finishSending()
      #expect(try peer.receiveAll() == Bytes("10:last words\n".utf8))
    }
  }

  @Test func `a client that closes its half early receives longer than the server's patience`()
    throws
  {
    // Patience is for those who take nothing; this one is read from by a protocol that goes on.
    try serving(patience: .milliseconds(1), protocol: { _ in Giver(20_000_000) }) { address in
      let peer = try Peer(address)
      peer.finishSending()
      #expect(try peer.receiveAll().count == 20_000_000)
    }
  }

  @Test func `a client that never reads is dropped once the sender has finished`() throws {
    // One message, so that the protocol ends while most of it still waits.
    let all = 20_000_000
    try serving(patience: .milliseconds(20), protocol: { _ in Giver(all, by: all) }) { address in
      let stalled = try Peer(address, receiveBuffer: 4096)
      // The server gives it up by a reset, of which poll tells without reading.
      var event = pollfd(fd: stalled.number, events: 0, revents: 0)
      #expect(unsafe poll(&event, 1, 60_000) == 1)
      #expect(event.revents & Int16(POLLERR | POLLHUP) != 0)
    }
  }

  @Test func `a client that stalls disturbs nobody`() throws {
    try serving(protocol: { _ in Giver(20_000_000) }) { address in
      let stalled = try Peer(address, receiveBuffer: 4096)
      let other = try Peer(address)
      #expect(try other.receiveAll().count == 20_000_000)
      #expect(stalled.number >= 0)
    }
  }

  @Test func `noise is read as fast as it comes, and ends with the client`() throws {
    let census = Census()
    try serving(protocol: { _ in Counted(census) }) { address in
      let noisy = try Peer(address)
      let noise = Bytes((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 131) })
      try noisy.send(noise)
      noisy.finishSending()
      #expect(try noisy.receiveAll().count == noise.count)
    }
  }

  @Test func `stop ends the server and all its clients`() throws {
    let peers = try serving(protocol: { _ in Endless() }) { address in
      let peers = try (0..<20).map { _ in Client(try Peer(address)) }
      for client in peers { #expect(try client.peer.receive(1) == [7]) }
      return peers
    }
    for client in peers {
      // An end or a reset, by what was under way; never silence.
      while let some = try? client.peer.receive(atMost: 65_536), !some.isEmpty {}
    }
  }

  @Test func `more clients than the limit wait until one leaves`() throws {
    let census = Census()
    try serving(limit: 2, protocol: { _ in Counted(census) }) { address in
      let first = try Peer(address)
      let second = try Peer(address)
      try first.send("?")
      try second.send("?")
      _ = try first.receive(1)
      _ = try second.receive(1)
      let third = try Peer(address)
      try third.send("?")
      try first.send("?")
      #expect(try first.receive(1) == [2])
      second.reset()
      #expect(try third.receive(1) == [2])
    }
  }
}

/// A peer in a list.
final class Client {
  let peer: Peer
  init(_ peer: consuming Peer) { self.peer = consume peer }
}

/// Whether this process may open so many descriptors.
private func canOpen(_ count: rlim_t) -> Bool {
  var limit = rlimit()
  return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    && limit.rlim_max >= count
}

private func raiseLimit(to count: rlim_t) {
  var limit = rlimit()
  unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  limit.rlim_cur = max(limit.rlim_cur, count)
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
