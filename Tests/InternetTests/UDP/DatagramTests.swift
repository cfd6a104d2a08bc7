// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// Runs a server's socket that answers every datagram, and a peer that does `work`.
private func conversing(
  host: String, _ work: @escaping Acting<Bytes, Datagram>.Work
) throws -> (report: [String]?, faults: [String]) {
  let faults = Faults()
  let scheduler = Scheduler(onFault: faults.add)
  let server = try UDPTransceiver(host: host, port: 0)
  let answering = Acting<Datagram, Datagram> { me in
    while let datagram = await me.inbox.next() {
      await me.outbox.send(Datagram(peer: datagram.peer, bytes: datagram.bytes + [33]))
    }
    return []
  }
  let address = try #require(SocketAddress(literal: host, port: server.address.port))
  let client = try UDPPeer(to: address)
  let asking = Acting<Bytes, Datagram>(work)
  try link(server.outbox, to: answering.inbox)
  try link(answering.outbox, to: server.inbox)
  try link(client.outbox, to: asking.inbox)
  try link(asking.outbox, to: client.inbox)
  let reports = Inbox<[String]>()
  try asking.keeping(reports, ending: server.control)
  scheduler.activate(server)
  scheduler.activate(answering)
  scheduler.activate(client)
  scheduler.activate(asking)
  #expect(scheduler.run().isEmpty)
  return (reports.take(), faults.all)
}

@Suite struct `Datagrams` {
  @Test(arguments: ["127.0.0.1", "::1"])
  func `each carries its peer, so that a server answers who asked`(host: String) throws {
    let (report, faults) = try conversing(host: host) { me in
      var heard: [String] = []
      for text in ["one", "two", ""] {
        await me.outbox.send(Bytes(text.utf8))
        heard.append(await me.inbox.next()?.text ?? "nothing")
      }
      return heard
    }
    #expect(report == ["one!", "two!", "!"] && faults.isEmpty)
  }

  @Test func `the largest datagram arrives whole`() throws {
    let (report, faults) = try conversing(host: "127.0.0.1") { me in
      // One byte less: the answer has one more.
      await me.outbox.send(pattern(0..<Datagram.byteLimit - 1))
      let bytes = await me.inbox.next()?.bytes
      return ["\(bytes == pattern(0..<Datagram.byteLimit - 1) + [33])"]
    }
    #expect(report == ["true"] && faults.isEmpty)
  }

  @Test func `one byte more is an error that says so`() throws {
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    let target = try #require(SocketAddress(literal: "127.0.0.1", port: 9))
    let sender = try UDPSender(to: target)
    let giving = Acting<Bytes, Bytes> { me in
      await me.outbox.send(pattern(0..<Datagram.byteLimit + 1))
      return []
    }
    try link(giving.outbox, to: sender.inbox)
    scheduler.activate(giving)
    scheduler.activate(sender)
    #expect(scheduler.run().isEmpty)
    #expect(
      faults.all == [
        "send to 127.0.0.1:9: 65508 bytes are more than a datagram holds, 65507 over IPv4"
      ])
  }

  @Test func `a sender has sent everything when it ends with its producer`() throws {
    let scheduler = Scheduler()
    let receiver = try UDPReceiver(port: 0)
    let sender = try UDPSender(to: receiver.address)
    let giving = Acting<Bytes, Bytes> { me in
      for number in 0..<50 { await me.outbox.send([UInt8(number)]) }
      return []
    }
    let taking = Acting<Bytes, Datagram> { me in
      var sum = 0
      for _ in 0..<50 { sum += Int(await me.inbox.next()?.bytes.first ?? 0) }
      return ["\(sum)"]
    }
    let reports = Inbox<[String]>()
    try link(giving.outbox, to: sender.inbox)
    try link(receiver.outbox, to: taking.inbox)
    try taking.keeping(reports)
    scheduler.activate(giving)
    scheduler.activate(sender)
    scheduler.activate(receiver)
    scheduler.activate(taking)
    // The receiver ends because nobody listens any more.
    #expect(scheduler.run().isEmpty)
    #expect(reports.take() == ["1225"])
  }

  @Test func `a peer that can't be answered costs its own datagram only`() throws {
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    let socket = try UDPTransceiver(port: 0)
    let own = socket.address
    // Broadcasting isn't allowed, and nobody has port 0.
    let nowhere = try [("255.255.255.255", 7), ("127.0.0.1", 0)].map { host, port in
      try #require(SocketAddress(literal: host, port: UInt16(port)))
    }
    let talking = Acting<Datagram, Datagram> { me in
      for peer in nowhere + [own] { await me.outbox.send(Datagram(peer: peer, bytes: [7])) }
      return ["\(await me.inbox.next()?.bytes ?? [])"]
    }
    let reports = Inbox<[String]>()
    try link(talking.outbox, to: socket.inbox)
    try link(socket.outbox, to: talking.inbox)
    try talking.keeping(reports)
    scheduler.activate(socket)
    scheduler.activate(talking)
    #expect(scheduler.run().isEmpty)
    #expect(reports.take() == ["[7]"] && faults.all.isEmpty)
  }

  @Test func `a port is one socket's, unless both share it`() throws {
    let first = try UDPReceiver(port: 0)
    let port = first.address.port
    do {
      _ = try UDPReceiver(port: port)
      Issue.record("the port was given away twice")
    } catch {
      #expect(error.description.contains("127.0.0.1:\(port): the port is in use: choose another"))
    }
    var shared = DatagramSettings()
    shared.sharesAddress = true
    let one = try UDPReceiver(port: 0, settings: shared)
    _ = try UDPReceiver(port: one.address.port, settings: shared)
  }

  @Test(arguments: [Signal.shutdown, .producerFinished])
  func `a signal ends a receiver and who listens`(signal: Signal) throws {
    let scheduler = Scheduler()
    let receiver = try UDPReceiver(port: 0)
    let port = receiver.address.port
    let told = Acting<Signal, Datagram> { me in
      let first = await me.inbox.next()?.text ?? "nothing"
      await me.outbox.send(signal)
      return [first, await me.inbox.next()?.text ?? "the end"]
    }
    let reports = Inbox<[String]>()
    try link(receiver.outbox, to: told.inbox)
    try link(told.outbox, to: receiver.control)
    try told.keeping(reports)
    scheduler.activate(receiver)
    scheduler.activate(told)
    try PlainSocket().send("a", to: port)
    #expect(scheduler.run().isEmpty)
    #expect(reports.take() == ["a", "the end"])
  }
}
