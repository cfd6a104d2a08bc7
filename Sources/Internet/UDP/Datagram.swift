// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Bytes that travel as one, with the address at the other end: the sender of what came, the
/// destination of what is to go.
public struct Datagram: Sendable {
  /// The other end.
  public var peer: SocketAddress
  /// The bytes, whole; there may be none.
  public var bytes: Bytes

  /// Most bytes of a datagram over IPv4; IPv6 takes 20 more.
  public static let byteLimit = 65_507

  /// Addresses some bytes.
  public init(peer: SocketAddress, bytes: Bytes) {
    self.peer = peer
    self.bytes = bytes
  }
}
