// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Sends datagrams to one peer or group; hears nothing.
///
/// ```swift
/// let sender = try UDPSender(to: SocketAddress.resolve("localhost", port: 1500)[0])
/// try link(measuring.outbox, to: sender.inbox)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes, each message a datagram |
///
/// It ends when those who feed it have finished and all is sent, or with ``InternetError``: a message
/// over ``Datagram/byteLimit``, no way to the peer from the start. What is lost later isn't known.
public final class UDPSender: CallbackComponent, Sink {
  /// Bytes, each message a datagram.
  public let inbox = Inbox<Bytes>()
  /// Where they go.
  public let peer: SocketAddress
  private var arrived: DatagramSocket?
  private var flow: DatagramFlow?

  /// A sender with a port of the kernel's choice.
  ///
  /// - Parameters:
  ///   - peer: where everything goes.
  ///   - settings: for groups: how far, and by which interface.
  /// - Throws: ``InternetError`` when there is no socket or interface to be had.
  public init(
    to peer: SocketAddress, settings: DatagramSettings = DatagramSettings()
  ) throws(InternetError) {
    self.peer = peer
    arrived = try DatagramSocket(boundTo: peer.anyAddress(port: 0), settings)
  }

  /// What the kernel had no room for must still go.
  override public var endsWithItsInputs: Bool { false }

  override public func initialiseComponent() throws {
    guard let socket = arrived.take() else { return }
    flow = try DatagramFlow(socket, of: self, hasOnePeer: true)
  }

  override public func mainBody() throws -> Turn {
    let (inbox, peer) = (inbox, peer)
    let hasMore = try flow?.send { inbox.take().map { Datagram(peer: peer, bytes: $0) } } ?? false
    if hasMore { return .again }
    let isDone = inbox.isFinished && inbox.isEmpty && flow?.isSending != true
    return isDone ? .finished : .pause
  }

  override public func closeDownComponent() { flow = nil }
}
