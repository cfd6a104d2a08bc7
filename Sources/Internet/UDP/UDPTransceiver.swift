// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Sends and receives datagrams, each with the address of the other end: a server's socket.
///
/// ```swift
/// let socket = try UDPTransceiver(port: 1500)
/// try link(socket.outbox, to: answering.inbox)
/// try link(answering.outbox, to: socket.inbox)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | datagrams with their destinations |
/// | `outbox` | datagrams with their senders |
/// | `membership`, `drops` | as ``UDPReceiver`` has them |
///
/// A destination that can't be reached loses its datagram; one that holds more than
/// ``Datagram/byteLimit`` ends the component with ``InternetError``. When those who feed it have
/// finished, all is sent first; then it goes on receiving as long as somebody listens. It ends by
/// `shutdown`, and by `producerFinished` when all was sent.
public final class UDPTransceiver: UDPReceiver, Sink {
  /// Datagrams with their destinations.
  public let inbox = Inbox<Datagram>()

  override func takeNext() -> Datagram? { inbox.take() }

  override var isFed: Bool { !inbox.isEmpty || (inbox.isFed && !inbox.isFinished) }

  override var hasNothingToDo: Bool { inbox.isFinished }
}
