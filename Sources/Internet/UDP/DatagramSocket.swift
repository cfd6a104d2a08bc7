// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc

/// A bound socket for datagrams: sends, receives, joins groups; waits for nothing.
struct DatagramSocket: ~Copyable {
  /// Where it is bound, with the port that the kernel chose when 0 was asked for.
  let address: SocketAddress
  private let descriptor: Descriptor

  /// The kernel's number.
  var number: Int32 { descriptor.number }

  /// Binds a socket.
  ///
  /// - Throws: ``InternetError`` with what to do where that is known.
  init(boundTo wanted: SocketAddress, _ settings: DatagramSettings) throws(InternetError) {
    let isShared: Int32 = settings.sharesAddress || wanted.isMulticast ? 1 : 0
    let number = unsafe withUnsafePointer(to: wanted.raw) {
      unsafe clinux_datagram_open($0, isShared)
    }
    guard number >= 0 else { throw Self.refusal(wanted, code: -number) }
    let opened = Descriptor(number)
    var local = clinux_address()
    unsafe clinux_local_address(number, &local)
    let address = SocketAddress(raw: local)
    try Self.setUp(number, at: address, settings)
    descriptor = opened
    self.address = address
  }

  private static func setUp(
    _ number: Int32, at address: SocketAddress, _ settings: DatagramSettings
  ) throws(InternetError) {
    if let room = settings.waitingRoom {
      try check(clinux_datagram_room(number, Int32(clamping: room)), "give room to", address)
    }
    let interface = try Self.number(of: settings.interface)
    let hops = Int32(clamping: settings.hops)
    let loops: Int32 = settings.loopsBack ? 1 : 0
    try check(
      clinux_multicast_set(number, address.isIPv6 ? 1 : 0, interface, hops, loops),
      "set the way to groups for", address)
  }

  // MARK: Groups

  /// Joins or leaves a group.
  ///
  /// - Throws: ``InternetError`` when the interface is missing or the kernel refuses.
  func change(_ membership: Membership) throws(InternetError) {
    switch membership {
    case .join(let group):
      let interface = try Self.number(of: group.interface)
      let result = unsafe withUnsafePointer(to: group.address.raw) {
        unsafe clinux_multicast_join(number, $0, interface)
      }
      try Self.check(result, "join", group)
    case .leave(let group):
      let interface = try Self.number(of: group.interface)
      let result = unsafe withUnsafePointer(to: group.address.raw) {
        unsafe clinux_multicast_leave(number, $0, interface)
      }
      try Self.check(result, "leave", group)
    }
  }

  /// The kernel's number of an interface; 0 for its own choice.
  static func number(of interface: String?) throws(InternetError) -> UInt32 {
    guard let interface else { return 0 }
    let number = unsafe clinux_interface(interface)
    guard number > 0 else {
      throw InternetError(
        "use interface", interface, reason: "there is none of that name: ip link lists them")
    }
    return number
  }

  // MARK: Datagrams

  /// What the kernel made of an attempt.
  enum Attempt {
    case done(Datagram)
    /// Nothing there, or no room: try again when the descriptor is ready.
    case notNow
    case failed(code: Int32)
  }

  /// The next datagram, read into `scratch` first, which holds the largest.
  func receive(by scratch: UnsafeMutableRawBufferPointer) -> Attempt {
    var sender = clinux_address()
    let count = unsafe clinux_datagram_receive(
      number, scratch.baseAddress, scratch.count, &sender)
    guard count >= 0 else { return count == -Int(EAGAIN) ? .notNow : .failed(code: Int32(-count)) }
    let bytes = unsafe Bytes(scratch.prefix(count))
    return .done(Datagram(peer: SocketAddress(raw: sender), bytes: bytes))
  }

  /// Sends a datagram, whole or not at all.
  func send(_ datagram: Datagram) -> Attempt {
    let result = unsafe withUnsafePointer(to: datagram.peer.raw) { destination in
      unsafe datagram.bytes.withUnsafeBytes {
        unsafe clinux_datagram_send(number, $0.baseAddress, $0.count, destination)
      }
    }
    switch -result {
    case 0: return .done(datagram)
    case EAGAIN: return .notNow
    case let code: return .failed(code: code)
    }
  }

  /// Datagrams that the kernel dropped because nobody read them in time; 0 where it doesn't say.
  var droppedCount: Int { max(0, clinux_datagrams_dropped(number)) }

  // MARK: Failures

  private static func check(
    _ result: Int32, _ operation: String, _ subject: some CustomStringConvertible
  ) throws(InternetError) {
    switch -result {
    case ...0: break
    case ENODEV:
      throw InternetError(
        operation, "\(subject)", reason: "no interface or route for groups: name an interface")
    case EADDRINUSE: throw InternetError(operation, "\(subject)", reason: "joined already")
    case EADDRNOTAVAIL: throw InternetError(operation, "\(subject)", reason: "not a member")
    case let code: throw InternetError(operation, "\(subject)", code: code)
    }
  }

  private static func refusal(_ address: SocketAddress, code: Int32) -> InternetError {
    switch code {
    case EADDRINUSE:
      InternetError(
        "receive at", "\(address)",
        reason: "the port is in use: choose another, or 0 for a free one")
    case EACCES:
      InternetError("receive at", "\(address)", reason: "ports below 1024 need privileges")
    case EADDRNOTAVAIL:
      InternetError("receive at", "\(address)", reason: "this machine doesn't have that address")
    default: InternetError("receive at", "\(address)", code: code)
    }
  }
}
