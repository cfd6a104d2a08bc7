// SPDX-License-Identifier: Apache-2.0

/// A member of a group: sends to all members, receives what any of them sends.
///
/// ```swift
/// let group = try MulticastGroup("239.1.2.3", port: 1600, interface: "lo")
/// let socket = try MulticastTransceiver(group)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes, each message a datagram for the group |
/// | `outbox` | datagrams of the group with their senders |
/// | `membership`, `drops` | as ``UDPReceiver`` has them |
///
/// Any number of members may be on one machine, at the same port. It leaves by the group's own
/// interface. It ends as ``UDPPeer`` does, and leaves the group then.
public final class MulticastTransceiver: UDPPeer {
  /// Joins the group.
  ///
  /// - Parameters:
  ///   - group: with the port of all its members.
  ///   - settings: how far datagrams go, and whether this machine's own members get them.
  /// - Throws: ``InternetError`` when the group can't be joined.
  public init(
    _ group: MulticastGroup, settings: DatagramSettings = DatagramSettings()
  ) throws(InternetError) {
    var settings = settings
    if settings.interface == nil { settings.interface = group.interface }
    try super.init(group: group, settings: settings)
  }
}
