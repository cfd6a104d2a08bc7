// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Glibc
import Internet
import Testing

/// A socket for datagrams as any other program has it, with nothing of ours in it but the calls.
struct PlainSocket: ~Copyable {
  let number: Int32
  private let host: String

  init(host: String = "127.0.0.1") throws {
    var local = try Self.find(host, 0)
    let opened = unsafe clinux_datagram_open(&local, 0)
    try #require(opened >= 0)
    self.host = host
    number = opened
  }

  deinit { clinux_close(number) }

  private static func find(_ host: String, _ port: UInt16) throws -> clinux_address {
    var found = clinux_address()
    try #require(unsafe clinux_resolve(host, port, 1, &found, 1) == 1)
    return found
  }

  func send(_ text: String, to port: UInt16) throws { try send(Array(text.utf8), to: port) }

  func send(_ bytes: [UInt8], to port: UInt16) throws {
    var destination = try Self.find(host, port)
    let result = unsafe clinux_datagram_send(number, bytes, bytes.count, &destination)
    try #require(result == 0)
  }
}

/// A component whose work is said where it is made: sends, hears, and says what it heard.
final class Acting<Sent: Sendable, Heard: Sendable>: Component {
  typealias Work = @Sendable (Acting) async throws -> [String]
  let inbox: Inbox<Heard>
  let outbox = Outbox<Sent>()
  let membership = Outbox<Membership>()
  private let report = Outbox<[String]>()
  /// Told to end once this one's work is done.
  private let ended = Outbox<Signal>()
  private let work: Work

  init(hears inbox: Inbox<Heard> = Inbox<Heard>(), _ work: @escaping Work) {
    self.inbox = inbox
    self.work = work
  }

  /// Has its report kept, and a component ended behind it.
  func keeping(_ reports: Inbox<[String]>, ending control: Inbox<Signal>? = nil) throws {
    try link(report, to: reports)
    if let control { try link(ended, to: control) }
  }

  override func main() async throws {
    await report.send(try await work(self))
    await ended.send(.shutdown)
  }
}

extension Datagram {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Where groups can be tried out: some machines have no way for groups at the loopback interface,
/// some containers none at all.
enum Groups {
  /// An interface at which a member hears what this machine sends.
  static let ipv4 = interface("239.77.1.9")
  static let ipv6 = interface("ff15::77")
  /// One where the sender decides whether this machine hears it.
  static let ipv4Outside = interface("239.77.1.9", besides: "lo")
  static let missing: Comment = "no interface here lets a member of a group hear this machine"

  /// What is sent in a test never leaves this machine.
  static var settings: DatagramSettings {
    var settings = DatagramSettings()
    settings.hops = 0
    return settings
  }

  private static func interface(_ literal: String, besides avoided: String? = nil) -> String? {
    let list = unsafe if_nameindex()
    defer { unsafe if_freenameindex(list) }
    var place = unsafe list
    while let one = unsafe place?.pointee, let name = unsafe one.if_name {
      let text = unsafe String(cString: name)
      if text != avoided, unsafe hears(literal, one.if_index) { return text }
      unsafe place = unsafe place?.successor()
    }
    return nil
  }

  private static func hears(_ literal: String, _ interface: UInt32) -> Bool {
    var any = clinux_address()
    var group = clinux_address()
    unsafe clinux_resolve(literal, 0, 1, &group, 1)
    let isIPv6 = unsafe clinux_address_is_ipv6(&group)
    unsafe clinux_address_any(isIPv6, 0, &any)
    let member = unsafe clinux_datagram_open(&any, 0)
    let sender = unsafe clinux_datagram_open(&any, 0)
    defer {
      clinux_close(member)
      clinux_close(sender)
    }
    guard unsafe clinux_multicast_join(member, &group, interface) == 0,
      clinux_multicast_set(sender, isIPv6, interface, 0, 1) == 0,
      unsafe clinux_local_address(member, &any) == 0
    else { return false }
    unsafe clinux_resolve(literal, clinux_address_port(&any), 1, &group, 1)
    guard unsafe clinux_datagram_send(sender, [1], 1, &group) == 0 else { return false }
    var waited = pollfd(fd: member, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&waited, 1, 1000) == 1
  }
}
