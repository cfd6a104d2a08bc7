// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A multicast address at an interface: who joins gets what is sent there.
public struct MulticastGroup: Sendable, CustomStringConvertible {
  /// The group's address; a receiver's own port counts, not this one's.
  public let address: SocketAddress
  /// Name of the interface; `nil`: the system's choice.
  public let interface: String?

  /// A group by its address.
  ///
  /// - Parameters:
  ///   - literal: 224.0.0.0 to 239.255.255.255, or beginning with ff.
  ///   - port: where its datagrams are sent to.
  ///   - interface: a name such as `eth0` or `lo`; `nil`: the system's choice.
  /// - Throws: ``InternetError`` when the address is no group's.
  public init(
    _ literal: String, port: UInt16 = 0, interface: String? = nil
  ) throws(InternetError) {
    guard let address = SocketAddress(literal: literal, port: port), address.isMulticast else {
      throw InternetError(
        "use group", literal, reason: "not a multicast address, such as 239.1.2.3 or ff15::7")
    }
    self.address = address
    self.interface = interface
  }

  /// "239.1.2.3:1500 at lo".
  public var description: String { interface.map { "\(address) at \($0)" } ?? "\(address)" }

  /// The address with its interface, which IPv6 wants to know for groups of one net.
  func addressToBind() throws(InternetError) -> SocketAddress {
    var raw = address.raw
    unsafe clinux_address_at(&raw, try DatagramSocket.number(of: interface))
    return SocketAddress(raw: raw)
  }
}

/// A change of the groups that a receiver belongs to.
public enum Membership: Sendable {
  /// From now on it gets what is sent to the group.
  case join(MulticastGroup)
  /// No longer.
  case leave(MulticastGroup)
}
