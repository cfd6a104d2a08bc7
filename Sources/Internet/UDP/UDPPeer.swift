// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Sends to one peer or group, and receives from whoever sends.
///
/// ```swift
/// let server = try SocketAddress.resolve("localhost", port: 1500)[0]
/// let socket = try UDPPeer(to: server)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes, each message a datagram |
/// | `outbox` | datagrams with their senders |
/// | `membership`, `drops` | as ``UDPReceiver`` has them |
///
/// It ends as ``UDPTransceiver`` does; also with ``InternetError`` when there is no way to the peer
/// from the start.
public class UDPPeer: UDPReceiver, Sink {
  /// Bytes, each message a datagram.
  public final let inbox = Inbox<Bytes>()
  /// Where they go.
  public final let peer: SocketAddress

  /// Takes a port at once.
  ///
  /// - Parameters:
  ///   - peer: where all that comes in by the inbox goes.
  ///   - port: the port to receive at; 0 lets the kernel choose.
  ///   - settings: how the socket is set up.
  /// - Throws: ``InternetError`` when the port can't be had.
  public init(
    to peer: SocketAddress, port: UInt16 = 0, settings: DatagramSettings = DatagramSettings()
  ) throws(InternetError) {
    self.peer = peer
    try super.init(
      at: peer.anyAddress(port: port), groups: [], settings: settings, hasOnePeer: true)
  }

  /// A peer that is a group, at whose address it receives.
  init(group: MulticastGroup, settings: DatagramSettings) throws(InternetError) {
    peer = group.address
    try super.init(
      at: group.addressToBind(), groups: [group], settings: settings, hasOnePeer: true)
  }

  override final func takeNext() -> Datagram? {
    inbox.take().map { Datagram(peer: peer, bytes: $0) }
  }

  override final var isFed: Bool { !inbox.isEmpty || (inbox.isFed && !inbox.isFinished) }

  override final var hasNothingToDo: Bool { inbox.isFinished }
}
