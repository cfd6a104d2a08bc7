// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// Counts what comes and what it is told was dropped, until that makes so many.
private final class Counting: Component {
  let inbox = Inbox<Datagram>()
  let drops = Inbox<Int>()
  let outbox = Outbox<[Int]>()
  private let sum: Int
  init(upTo sum: Int) { self.sum = sum }
  override func main() async throws {
    var (came, dropped) = (0, 0)
    while came + dropped < sum, !isStopping {
      while inbox.take() != nil { came += 1 }
      while let count = drops.take() { dropped = count }
      if came + dropped < sum { await pause() }
    }
    await outbox.send([came, dropped])
  }
}

/// Waits until all have come, or as many as wait for it, before it reads; says what it finds and what
/// was dropped.
private final class Late: Component {
  let inbox: Inbox<Datagram>
  let outbox = Outbox<[Int]>()
  private let wanted: Int
  init(_ inbox: Inbox<Datagram>, wanted: Int) {
    self.inbox = inbox
    self.wanted = wanted
  }
  override func main() async throws {
    let isPatient = wanted == 100
    while inbox.count < inbox.capacity || (!isPatient && inbox.count + inbox.dropped < 100) {
      await yield()
    }
    var found: [Int] = []
    while found.count < wanted, let datagram = await inbox.next() {
      found.append(Int(datagram.bytes[0]))
    }
    await outbox.send(found + [inbox.dropped])
  }
}

@Suite struct `A burst of datagrams` {
  @Test func `what the kernel drops for want of room is counted`() throws {
    let scheduler = Scheduler()
    var settings = DatagramSettings()
    settings.waitingRoom = 20_000
    let receiver = try UDPReceiver(port: 0, settings: settings)
    let plain = try PlainSocket()
    for _ in 0..<1000 {
      try plain.send([UInt8](repeating: 1, count: 1000), to: receiver.address.port)
    }
    let counting = Counting(upTo: 1000)
    let counts = Inbox<[Int]>()
    try link(receiver.outbox, to: counting.inbox)
    try link(receiver.drops, to: counting.drops)
    try link(counting.outbox, to: counts)
    scheduler.activate(receiver)
    scheduler.activate(counting)
    #expect(scheduler.run().isEmpty)
    let result = try #require(counts.take())
    #expect(result[0] > 0 && result[1] > 0 && result[0] + result[1] == 1000)
  }

  /// What a sink finds of 100 datagrams that came before it reads the first.
  private func found(by inbox: Inbox<Datagram>, wanted: Int) throws -> [Int]? {
    let scheduler = Scheduler()
    let receiver = try UDPReceiver(port: 0)
    let plain = try PlainSocket()
    for number in 0..<100 { try plain.send([UInt8(number)], to: receiver.address.port) }
    let late = Late(inbox, wanted: wanted)
    let result = Inbox<[Int]>()
    try link(receiver.outbox, to: late.inbox)
    try link(late.outbox, to: result)
    scheduler.activate(receiver)
    scheduler.activate(late)
    #expect(scheduler.run().isEmpty)
    return result.take()
  }

  @Test func `a sink that waits leaves it in the kernel and gets all, in order`() throws {
    #expect(try found(by: Inbox(capacity: 2), wanted: 100) == Array(0..<100) + [0])
  }

  @Test func `a sink that drops the oldest has the newest, and counts`() throws {
    let newest = Inbox<Datagram>(capacity: 4, whenFull: .dropOldest)
    #expect(try found(by: newest, wanted: 4) == [96, 97, 98, 99, 96])
  }

  @Test func `a sink that drops the newest has the oldest, and counts`() throws {
    let oldest = Inbox<Datagram>(capacity: 4, whenFull: .dropNewest)
    #expect(try found(by: oldest, wanted: 4) == [0, 1, 2, 3, 96])
  }
}
