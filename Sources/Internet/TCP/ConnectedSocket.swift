// SPDX-License-Identifier: Apache-2.0
public import Axon

/// A connection: what comes in by the inbox goes to the peer, what the peer sends leaves by the outbox.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes for the peer |
/// | `outbox` | bytes from the peer, at most 64 KiB a message |
///
/// When all who feed the inbox have finished, the last byte is delivered first, then the sending half
/// is closed; what the peer goes on sending is still read, as long as somebody listens. The end of
/// the peer's stream closes the outbox. It ends when both directions have, when the peer resets, or
/// when nobody sends or listens here any more and the peer takes no byte for `patience`.
public class ConnectedSocket: CallbackComponent, Source, Sink {
  /// Bytes for the peer.
  public final let inbox: Inbox<Bytes>
  /// Bytes from the peer.
  public final let outbox = Outbox<Bytes>()
  private final let peer: String
  private final let patience: Duration
  /// The connection as it came, until the first turn.
  private final var arrived: (any NetworkStream)?
  private final var flow: SocketFlow?

  /// A socket that is connected and doesn't block.
  ///
  /// - Parameters:
  ///   - descriptor: closed when the component has ended.
  ///   - peer: what the peer is called where something fails.
  ///   - capacity: messages that wait for the peer before senders must.
  ///   - patience: how long a peer may take nothing once nobody sends or listens here.
  public convenience init(
    _ descriptor: consuming Descriptor, peer: String, capacity: Int = 8,
    patience: Duration = .seconds(15)
  ) {
    self.init(KernelStream(descriptor), peer: peer, capacity: capacity, patience: patience)
  }

  /// A connection of whatever network.
  init(_ stream: any NetworkStream, peer: String, capacity: Int, patience: Duration) {
    arrived = stream
    self.peer = peer
    self.patience = patience
    inbox = Inbox(capacity: capacity)
  }

  /// A socket that is still to be connected: see `start`.
  init(peer: String, capacity: Int, patience: Duration) {
    self.peer = peer
    self.patience = patience
    inbox = Inbox(capacity: capacity)
  }

  /// The writing half goes on when nobody reads any more.
  override public var stopsWhenUnheard: Bool { false }

  /// It waits for the peer, too.
  override public var endsWithItsInputs: Bool { false }

  /// The peer.
  override public var annotation: String? { peer }

  override public func initialiseComponent() throws {
    if let stream = arrived.take() { try start(stream) }
  }

  /// Takes a connection, if there was none as yet.
  final func start(_ stream: any NetworkStream) throws(InternetError) {
    flow = try SocketFlow(stream, peer: peer, patience: patience, of: self)
  }

  override public func mainBody() throws -> Turn { try flow?.turn(of: self) ?? .finished }

  override public func closeDownComponent() { flow = nil }
}
