// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import CLinux
internal import Glibc

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
/// when nothing but the peer is waited for and that takes no byte for `patience`.
public class ConnectedSocket: CallbackComponent, Source, Sink {
  /// Bytes for the peer.
  public final let inbox: Inbox<Bytes>
  /// Bytes from the peer.
  public final let outbox = Outbox<Bytes>()
  private final var descriptor: Descriptor?
  private final let peer: String
  private final let patience: Duration
  private final var watched: Watched?
  private final var selector: Selector?
  private final var sending: Bytes = []
  private final var sent = 0
  /// Bytes that the kernel took for the peer, since the start.
  private final var written = 0
  private final var hasReceivedAll = false
  private final var hasSentAll = false
  /// How far the peer was when its patience began, and when that ends.
  private final var ending: (taken: Int, deadline: Instant)?

  /// A socket that is connected and doesn't block.
  ///
  /// - Parameters:
  ///   - descriptor: closed when the component has ended.
  ///   - peer: what the peer is called where something fails.
  ///   - capacity: messages that wait for the peer before senders must.
  ///   - patience: how long a peer may take nothing once the senders have finished.
  public init(
    _ descriptor: consuming Descriptor, peer: String, capacity: Int = 8,
    patience: Duration = .seconds(15)
  ) {
    self.descriptor = consume descriptor
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

  override public func initialiseComponent() throws {
    if let number = descriptor?.number { try watch(number) }
  }

  /// Takes a connection, if there was none as yet.
  final func start(_ descriptor: consuming Descriptor) throws(InternetError) {
    let number = descriptor.number
    self.descriptor = consume descriptor
    try watch(number)
  }

  private final func watch(_ number: Int32) throws(InternetError) {
    let selector = Selector.of(self)
    watched = try selector.watch(number, for: self)
    self.selector = selector
  }

  override public func mainBody() throws -> Turn {
    guard let watched, let selector else { return .finished }
    let hasMoreToRead = try receive(watched, selector)
    let hasMoreToSend = try send(watched)
    if hasReceivedAll || hasSentAll || inbox.isFinished || !outbox.isHeard {
      if isOver(watched.descriptor) { return .finished }
    }
    return hasMoreToRead || hasMoreToSend ? .again : .pause
  }

  override public func closeDownComponent() {
    watched?.end()
    watched = nil
  }

  // MARK: Receiving

  /// Reads what is there, a few times at most; whether there may be more.
  private final func receive(
    _ watched: Watched, _ selector: Selector
  ) throws(InternetError) -> Bool {
    for _ in 0..<4 {
      guard watched.isReadable, !hasReceivedAll, !outbox.isFull else { return false }
      let count = unsafe clinux_receive(
        watched.descriptor, selector.scratch.baseAddress, selector.scratch.count)
      if count > 0 {
        unsafe outbox.post(Bytes(selector.scratch[..<count]))
        // A short read has emptied the socket, and the next byte raises the flag again; but the end
        // of the stream that was announced together with these bytes doesn't.
        if unsafe count < selector.scratch.count, !watched.hasHungUp { watched.isReadable = false }
      } else if count == 0 {
        hasReceivedAll = true
        outbox.finish()
      } else if count == -Int(EAGAIN) {
        watched.isReadable = false
      } else {
        try breakOff(Int32(-count))
      }
    }
    return true
  }

  // MARK: Sending

  /// Writes what waits, as far as the peer takes it; whether there is more that it would take.
  private final func send(_ watched: Watched) throws(InternetError) -> Bool {
    for _ in 0..<8 {
      if sent == sending.count {
        guard let next = inbox.take() else {
          if !sending.isEmpty {
            sending = []
            sent = 0
          }
          return false
        }
        sending = next
        sent = 0
      }
      guard watched.isWritable, !hasSentAll else { return false }
      let count = unsafe sending.withUnsafeBytes { bytes in
        unsafe clinux_send(
          watched.descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      if count >= 0 {
        sent += count
        written += count
      } else if count == -Int(EAGAIN) {
        watched.isWritable = false
      } else {
        try breakOff(Int32(-count))
      }
    }
    return true
  }

  // MARK: Ending

  /// The connection is lost: nothing can be sent or received any more.
  ///
  /// - Throws: what isn't the peer's or the network's doing.
  private final func breakOff(_ code: Int32) throws(InternetError) {
    switch code {
    case ECONNRESET, EPIPE, ETIMEDOUT, ECONNABORTED, ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN,
      ENETUNREACH, ENETDOWN, ENETRESET, EPROTO:
      hasReceivedAll = true
      hasSentAll = true
    default: throw InternetError("talk to", peer, code: code)
    }
  }

  /// Closes the half that has nothing more to say; whether the connection is at its end.
  private final func isOver(_ descriptor: Int32) -> Bool {
    if hasSentAll, hasReceivedAll { return true }
    let isUnread = hasReceivedAll || (outbox.hadTarget && !outbox.isHeard)
    let isFed = !inbox.isFinished && (inbox.isFed || !isUnread)
    if isFed {
      ending = nil
      return false
    }
    if !hasSentAll, sent == sending.count, inbox.isEmpty {
      clinux_shutdown_sending(descriptor)
      hasSentAll = true
      if hasReceivedAll { return true }
    }
    // Somebody still listens: that may take as long as the peer wants.
    if hasSentAll, !isUnread { return false }
    return hasLostPatience(descriptor)
  }

  /// Only the peer is waited for: that it takes what was sent or, when it has, that it ends its half.
  ///
  /// What it still sends is read and dropped, or its kernel would answer our close with a reset and
  /// throw away what it hasn't read; but not for ever.
  private final func hasLostPatience(_ descriptor: Int32) -> Bool {
    if written == 0, hasSentAll { return true }
    let now = now
    if let ending, now < ending.deadline { return false }
    let unsent = clinux_unsent(descriptor)
    let taken = written - unsent
    if let ending, ending.taken == taken {
      // Without a reset the kernel would keep the rest for minutes.
      if unsent > 0 || !hasSentAll { clinux_reset_on_close(descriptor) }
      return true
    }
    ending = (taken, now + patience)
    wake(after: patience)
    return false
  }
}
