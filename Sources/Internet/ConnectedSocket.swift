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
/// is closed. The end of the peer's stream closes the outbox. It ends when both directions have, when
/// the peer resets, or when a peer takes nothing for `patience` though no more data will come.
public final class ConnectedSocket: CallbackComponent, Source, Sink {
  /// Bytes for the peer.
  public let inbox: Inbox<Bytes>
  /// Bytes from the peer.
  public let outbox = Outbox<Bytes>()
  private let descriptor: Descriptor
  private let peer: String
  private let patience: Duration
  private var watched: Watched?
  private var selector: Selector?
  private var sending: Bytes = []
  private var sent = 0
  private var hasReceivedAll = false
  private var hasSentAll = false
  private var deadline: Instant?

  /// A socket that is connected and doesn't block.
  ///
  /// - Parameters:
  ///   - capacity: messages that wait for the peer before senders must.
  ///   - patience: how long a peer may take nothing once the senders have finished.
  public init(
    _ descriptor: consuming Descriptor, peer: String, capacity: Int = 8,
    patience: Duration = .seconds(15)
  ) {
    self.descriptor = descriptor
    self.peer = peer
    self.patience = patience
    inbox = Inbox(capacity: capacity)
  }

  /// The writing half goes on when nobody reads any more.
  override public var stopsWhenUnheard: Bool { false }

  override public func initialiseComponent() throws {
    let selector = Selector.of(self)
    watched = try selector.watch(descriptor.number, for: self)
    self.selector = selector
  }

  override public func mainBody() throws -> Turn {
    guard let watched, let selector else { return .finished }
    var isBusy = try receive(watched, selector)
    if try send(watched) { isBusy = true }
    if hasSentAll, hasReceivedAll { return .finished }
    if hasSentAll || !outbox.isHeard, inbox.isFinished { return try awaitEnd() }
    return isBusy ? .again : .pause
  }

  override public func closeDownComponent() {
    watched?.end()
    watched = nil
  }

  // MARK: Receiving

  /// Reads what is there, a few times at most; whether there may be more.
  private func receive(_ watched: Watched, _ selector: Selector) throws(InternetError) -> Bool {
    for _ in 0..<4 {
      guard !hasReceivedAll, watched.isReadable, !outbox.isFull else { return false }
      let count = unsafe clinux_receive(
        descriptor.number, selector.scratch.baseAddress, selector.scratch.count)
      switch count {
      case 1...:
        unsafe outbox.post(Bytes(selector.scratch[..<count]))
        // A short read has emptied the socket; the next byte raises the flag again.
        if unsafe count < selector.scratch.count { watched.isReadable = false }
      case 0: endReceiving()
      default: if try isOver(Int32(-count), at: \.isReadable) { endReceiving() }
      }
    }
    return true
  }

  private func endReceiving() {
    hasReceivedAll = true
    outbox.finish()
  }

  // MARK: Sending

  /// Writes what waits, as far as the peer takes it; whether there is more that it would take.
  private func send(_ watched: Watched) throws(InternetError) -> Bool {
    for _ in 0..<8 {
      if sent == sending.count {
        guard let next = inbox.take() else {
          if inbox.isFinished, inbox.isEmpty { endSending() }
          return false
        }
        sending = next
        sent = 0
      }
      guard watched.isWritable, !hasSentAll else { return false }
      let count = unsafe sending.withUnsafeBytes { bytes in
        unsafe clinux_send(
          descriptor.number, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      if count >= 0 {
        sent += count
        deadline = nil
      } else if try isOver(Int32(-count), at: \.isWritable) {
        hasSentAll = true
        endReceiving()
      }
    }
    return true
  }

  private func endSending() {
    guard !hasSentAll else { return }
    hasSentAll = true
    clinux_shutdown_sending(descriptor.number)
  }

  /// The end is near: what the peer still sends is read and dropped, or its kernel would answer our
  /// close with a reset and throw away what it hasn't read; but not for ever.
  private func awaitEnd() throws -> Turn {
    let limit = deadline ?? now + patience
    if deadline == nil {
      deadline = limit
      wake(after: patience)
    }
    if now >= limit { return .finished }
    if hasSentAll, let watched, let selector, try drain(watched, selector) { return .finished }
    return .pause
  }

  /// Reads and drops; whether the peer's stream has ended.
  private func drain(_ watched: Watched, _ selector: Selector) throws(InternetError) -> Bool {
    guard !outbox.isHeard else { return hasReceivedAll }
    while watched.isReadable {
      let count = unsafe clinux_receive(
        descriptor.number, selector.scratch.baseAddress, selector.scratch.count)
      if count == 0 { return true }
      if count < 0, try isOver(Int32(-count), at: \.isReadable) { return true }
    }
    return false
  }

  /// Whether an error ends the connection; a socket that isn't ready only takes its flag down.
  ///
  /// - Throws: what is neither the peer's doing nor ours.
  private func isOver(
    _ code: Int32, at flag: ReferenceWritableKeyPath<Watched, Bool>
  ) throws(InternetError) -> Bool {
    switch code {
    case EAGAIN:
      watched?[keyPath: flag] = false
      return false
    case ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN: return true
    default: throw InternetError("talk to", peer, code: code)
    }
  }
}
