// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Glibc
import Internet
import Testing

/// What a client that asks `host` for an echo gets, and what failed.
private func echo(host: String, at address: SocketAddress?, port: UInt16 = 0) throws -> (
  got: String?, faults: [String]
) {
  let faults = Faults()
  let scheduler = Scheduler(onFault: faults.add)
  let client = TCPClient(host: host, port: address?.port ?? port)
  let feed = Outbox<Bytes>()
  let taker = Taker()
  let answer = Inbox<Bytes>()
  try link(feed, to: client.inbox)
  try link(client.outbox, to: taker.inbox)
  try link(taker.outbox, to: answer)
  feed.post(Bytes("hello".utf8))
  feed.finish()
  scheduler.activate(taker)
  scheduler.activate(client)
  scheduler.run()
  return (answer.take().map { String(decoding: $0, as: UTF8.self) }, faults.all)
}

/// A port at which nobody listens.
private func freePort() throws -> UInt16 {
  try SimpleServer(port: 0) { _ in Echo() }.address.port
}

@Suite struct Addresses {
  @Test(arguments: ["127.0.0.1", "localhost"])
  func `a server at 127.0.0.1 is reached by literal and by name`(host: String) throws {
    let (got, faults) = try serving(protocol: { _ in Echo() }) { try echo(host: host, at: $0) }
    #expect(got == "hello")
    #expect(faults.isEmpty)
  }

  @Test(.enabled(if: hasIPv6, "this machine has no IPv6 loopback"))
  func `IPv6 works as IPv4 does`() throws {
    let (got, text) = try serving(host: "::1", protocol: { _ in Echo() }) { address in
      let peer = try Peer(address)
      try peer.send("six")
      #expect(try peer.receiveText(3) == "six")
      return (try echo(host: "::1", at: address).got, "\(address)")
    }
    #expect(got == "hello")
    #expect(text.hasPrefix("[::1]:"))
  }

  @Test func `an address reads as it is written`() throws {
    #expect("\(try #require(SocketAddress(literal: "127.0.0.1", port: 80)))" == "127.0.0.1:80")
    #expect("\(try #require(SocketAddress(literal: "fe80::1", port: 80)))" == "[fe80::1]:80")
    #expect(SocketAddress(literal: "localhost", port: 80) == nil)
    #expect(SocketAddress(literal: "", port: 80) == nil)
  }

  @Test func `an unknown host is said to be unknown`() throws {
    // The name is reserved for this: RFC 6761.
    let (got, faults) = try echo(host: "no-such-host.invalid", at: nil, port: 80)
    #expect(got == "")
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("look up no-such-host.invalid: ") == true)
  }

  @Test func `a port at which nobody listens refuses`() throws {
    let port = try freePort()
    let (got, faults) = try echo(host: "127.0.0.1", at: nil, port: port)
    #expect(got == "")
    #expect(faults == ["connect to 127.0.0.1:\(port): Connection refused"])
  }

  @Test func `a busy port says so and what helps`() throws {
    try serving(protocol: { _ in Echo() }) { address in
      #expect {
        try SimpleServer(port: address.port) { _ in Echo() }
      } throws: { error in
        "\(error)"
          == "listen on \(address): the port is in use: choose another, or 0 for a free one"
      }
    }
  }

  @Test(arguments: [
    (
      "example.org",
      "listen on example.org: not an address; use a literal like 127.0.0.1, 0.0.0.0 or ::1"
    ),
    ("192.0.2.1", "listen on 192.0.2.1:0: this machine doesn't have that address"),
  ])
  func `an address that can't be listened at says why`(host: String, text: String) {
    #expect {
      try SimpleServer(host: host, port: 0) { _ in Echo() }
    } throws: { error in
      "\(error)" == text
    }
  }

  @Test func `a server that doesn't answer is given up after a while`() throws {
    // Its queue holds one connection and is full: the kernel drops what else comes.
    var wanted = clinux_address()
    try #require(unsafe clinux_resolve("127.0.0.1", 0, 1, &wanted, 1) == 1)
    let listener = Descriptor(unsafe clinux_listen(&wanted, 0))
    var local = clinux_address()
    unsafe clinux_local_address(listener.number, &local)
    let port = unsafe clinux_address_port(&local)
    let first = Descriptor(unsafe clinux_connect(&local))
    let second = Descriptor(unsafe clinux_connect(&local))
    defer { withExtendedLifetime((first.number, second.number)) {} }
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    scheduler.activate(TCPClient(host: "127.0.0.1", port: port, patience: .milliseconds(50)))
    scheduler.run()
    #expect(faults.all == ["connect to 127.0.0.1:\(port): no answer within 0.05 seconds"])
  }
}

private let hasIPv6 = (try? SimpleServer(host: "::1", port: 0) { _ in Echo() }) != nil
