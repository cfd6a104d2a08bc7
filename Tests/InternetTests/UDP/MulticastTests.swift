// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// Hears what a member of a group hears, until a word that ends it; says so once.
private func hearing(_ count: Int) -> sending Acting<Bytes, Datagram> {
  Acting { me in
    var heard: [String] = []
    while heard.count < count, let datagram = await me.inbox.next() { heard.append(datagram.text) }
    return heard
  }
}

@Suite struct `Multicast` {
  /// Two members hear what a third says, and it hears itself.
  private func meeting(at literal: String, _ interface: String?) throws {
    let scheduler = Scheduler()
    let first = try MulticastTransceiver(MulticastGroup(literal, interface: interface))
    let group = try MulticastGroup(literal, port: first.address.port, interface: interface)
    let second = try MulticastTransceiver(group)
    let speaker = try MulticastTransceiver(group, settings: Groups.settings)
    let speaking = Acting<Bytes, Datagram> { me in
      var heard: [String] = []
      for text in ["one", "two"] {
        await me.outbox.send(Bytes(text.utf8))
        heard.append(await me.inbox.next()?.text ?? "nothing")
      }
      return heard
    }
    let one = hearing(2)
    let other = hearing(2)
    let reports = Inbox<[String]>()
    try link(first.outbox, to: one.inbox)
    try link(second.outbox, to: other.inbox)
    try link(speaker.outbox, to: speaking.inbox)
    try link(speaking.outbox, to: speaker.inbox)
    try one.keeping(reports)
    try other.keeping(reports)
    try speaking.keeping(reports)
    scheduler.activate(one)
    scheduler.activate(other)
    scheduler.activate(speaking)
    scheduler.activate(first)
    scheduler.activate(second)
    scheduler.activate(speaker)
    #expect(scheduler.run().isEmpty)
    for _ in 0..<3 { #expect(reports.take() == ["one", "two"]) }
  }

  @Test(.enabled(if: Groups.ipv4 != nil, Groups.missing))
  func `what a member sends, every member of the IPv4 group gets`() throws {
    try meeting(at: "239.77.1.2", Groups.ipv4)
  }

  @Test(.enabled(if: Groups.ipv6 != nil, Groups.missing))
  func `what a member sends, every member of the IPv6 group gets`() throws {
    try meeting(at: "ff15::77:2", Groups.ipv6)
  }

  @Test(.enabled(if: Groups.ipv4 != nil, Groups.missing))
  func `groups are joined and left while it runs`() throws {
    let scheduler = Scheduler()
    let receiver = try UDPReceiver(host: "0.0.0.0", port: 0)
    let port = receiver.address.port
    let group = try MulticastGroup("239.77.1.3", port: port, interface: Groups.ipv4)
    var out = Groups.settings
    out.interface = Groups.ipv4
    let toGroup = try UDPSender(to: group.address, settings: out)
    let home = try #require(SocketAddress(literal: "127.0.0.1", port: port))
    let toReceiver = try UDPSender(to: home)
    let pairing = Pairing(group)
    let reports = Inbox<[String]>()
    try link(receiver.outbox, to: pairing.inbox)
    try link(pairing.membership, to: receiver.membership)
    try link(pairing.toGroup, to: toGroup.inbox)
    try link(pairing.toReceiver, to: toReceiver.inbox)
    try link(pairing.report, to: reports)
    scheduler.activate(receiver)
    scheduler.activate(toGroup)
    scheduler.activate(toReceiver)
    scheduler.activate(pairing)
    #expect(scheduler.run().isEmpty)
    #expect(reports.take() == ["outside 0", "member 1", "outside 1", "outside 2"])
  }

  @Test(.enabled(if: Groups.ipv4Outside != nil, Groups.missing))
  func `with loopback off this machine's members hear nothing of it`() throws {
    let scheduler = Scheduler()
    let member = try MulticastTransceiver(
      MulticastGroup("239.77.1.4", interface: Groups.ipv4Outside))
    let group = try MulticastGroup(
      "239.77.1.4", port: member.address.port, interface: Groups.ipv4Outside)
    var silent = Groups.settings
    silent.loopsBack = false
    let speaker = try MulticastTransceiver(group, settings: silent)
    let loud = try MulticastTransceiver(group, settings: Groups.settings)
    let hearer = hearing(1)
    let relay = Acting<Bytes, Datagram> { me in
      await me.outbox.send(Bytes("unheard".utf8))
      return []
    }
    // It speaks when the silent one has spoken and ended.
    let second = Acting<Bytes, [String]> { me in
      _ = await me.inbox.next()
      await me.outbox.send(Bytes("heard".utf8))
      return []
    }
    let reports = Inbox<[String]>()
    try link(member.outbox, to: hearer.inbox)
    try link(relay.outbox, to: speaker.inbox)
    try link(second.outbox, to: loud.inbox)
    try relay.keeping(second.inbox)
    try hearer.keeping(reports)
    scheduler.activate(member)
    scheduler.activate(hearer)
    scheduler.activate(relay)
    scheduler.activate(speaker)
    scheduler.activate(second)
    scheduler.activate(loud)
    #expect(scheduler.run().isEmpty)
    #expect(reports.take() == ["heard"])
  }

  @Test func `an address that is no group's and an interface that isn't there are refused`() {
    #expect(throws: InternetError.self) { try MulticastGroup("127.0.0.1") }
    do {
      let group = try MulticastGroup("239.77.1.5", interface: "nosuch0")
      _ = try MulticastTransceiver(group)
      Issue.record("joined at an interface that isn't there")
    } catch {
      #expect("\(error)" == "use interface nosuch0: there is none of that name: ip link lists them")
    }
  }
}

/// Sends to the group and then to the receiver itself, and says what was heard of it.
private final class Pairing: Component {
  let inbox = Inbox<Datagram>()
  let membership = Outbox<Membership>()
  let toGroup = Outbox<Bytes>()
  let toReceiver = Outbox<Bytes>()
  let report = Outbox<[String]>()
  private let group: MulticastGroup
  init(_ group: MulticastGroup) { self.group = group }

  override func main() async throws {
    var heard: [String] = []
    func probe(_ number: Int, hears isMember: Bool) async {
      // The receiver's turn in which it changed its membership is over when this has come.
      await toReceiver.send(Bytes("settled".utf8))
      _ = await inbox.next()
      await toGroup.send(Bytes("member \(number)".utf8))
      if isMember { heard.append(await inbox.next()?.text ?? "nothing") }
      await toReceiver.send(Bytes("outside \(number)".utf8))
      while let text = await inbox.next()?.text {
        heard.append(text)
        if text.hasPrefix("outside") { return }
      }
    }
    await probe(0, hears: false)
    await membership.send(.join(group))
    await probe(1, hears: true)
    await membership.send(.leave(group))
    await probe(2, hears: false)
    await report.send(heard)
  }
}
