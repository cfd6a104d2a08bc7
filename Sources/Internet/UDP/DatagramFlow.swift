// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Glibc

/// Datagrams between a socket and the boxes of its component.
struct DatagramFlow: ~Copyable {
  private let socket: DatagramSocket
  private let watched: Watched
  private let selector: Selector
  /// Taken from the inbox, for which the kernel had no room.
  private var waiting: Datagram?
  private var hasSent = false
  /// All goes to one peer, so that what is wrong with that one is wrong with everything.
  private let hasOnePeer: Bool
  /// What was last said of the kernel's drops.
  private var toldDrops = 0
  /// Datagrams a turn: the others want their turns, too.
  private static let turnLength = 16

  /// Watches the socket, which is closed with this value.
  init(
    _ socket: consuming DatagramSocket, of component: Component, hasOnePeer: Bool = false
  ) throws(InternetError) {
    self.hasOnePeer = hasOnePeer
    selector = Selector.of(component)
    watched = try selector.watch(socket.number, for: component)
    self.socket = socket
  }

  deinit { watched.end() }

  /// Whether a datagram still waits for the kernel.
  var isSending: Bool { waiting != nil }

  /// Joins or leaves a group.
  func change(_ membership: Membership) throws(InternetError) { try socket.change(membership) }

  /// Reads what is there while the sink has room; whether there may be more.
  ///
  /// A sink that is to wait leaves the rest in the kernel, which drops the newest when it is full; one
  /// with another policy is always given all, and drops by that.
  mutating func receive(into outbox: Outbox<Datagram>) throws(InternetError) -> Bool {
    for _ in 0..<Self.turnLength {
      guard watched.isReadable, !outbox.isFull else { return false }
      switch unsafe socket.receive(by: selector.scratch) {
      case .done(let datagram): outbox.post(datagram)
      case .notNow: watched.isReadable = false
      case .failed(let code):
        guard Self.isPassing(code) else {
          throw InternetError("receive at", "\(socket.address)", code: code)
        }
      }
    }
    return true
  }

  /// Says how many datagrams the kernel has dropped, when they have become more.
  mutating func tellDrops(by outbox: Outbox<Int>) {
    guard outbox.isHeard else { return }
    let dropped = socket.droppedCount
    if dropped > toldDrops, outbox.post(dropped) == .delivered { toldDrops = dropped }
  }

  /// Sends what `next` gives while the kernel has room; whether there may be more.
  mutating func send(_ next: () -> Datagram?) throws(InternetError) -> Bool {
    for _ in 0..<Self.turnLength {
      if waiting == nil { waiting = next() }
      guard let datagram = waiting, watched.isWritable else { return false }
      switch socket.send(datagram) {
      case .done: hasSent = true
      case .notNow:
        watched.isWritable = false
        return false
      case .failed(let code): try judge(code, datagram)
      }
      waiting = nil
    }
    return true
  }

  /// Decides whether a datagram was lost as the network may lose any, or can't be sent at all.
  private func judge(_ code: Int32, _ datagram: Datagram) throws(InternetError) {
    if code == EMSGSIZE {
      throw InternetError(
        "send to", "\(datagram.peer)",
        reason: "\(datagram.bytes.count) bytes are more than a datagram holds, "
          + "\(Datagram.byteLimit) over IPv4")
    }
    // Of many peers, one may have sent its datagram under an address that nobody can answer.
    let isLost =
      hasOnePeer
      ? Self.isPassing(code) && (hasSent || code != ENETUNREACH)
      : ![EAFNOSUPPORT, EBADF, ENOTSOCK].contains(code)
    if !isLost { throw InternetError("send to", "\(datagram.peer)", code: code) }
  }

  /// What may be over with the next datagram, or concerns one peer alone.
  private static func isPassing(_ code: Int32) -> Bool {
    [
      ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN, ENOBUFS, ENOMEM, EPERM,
      ENONET, EPROTO, ENOPROTOOPT,
    ].contains(code)
  }
}
