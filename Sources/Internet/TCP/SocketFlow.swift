// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Glibc

/// The two streams of a connection, between its stream and the boxes of its component.
///
/// A value in one property, because each access to a property of a class costs a check, and a message
/// needs twenty.
struct SocketFlow: ~Copyable {
  private let stream: any NetworkStream
  private let peer: String
  private let patience: Duration
  private let watched: Watched
  private let selector: Selector
  private let inbox: Inbox<Bytes>
  private let outbox: Outbox<Bytes>
  private var sending: Bytes = []
  private var sent = 0
  /// Bytes that the network took for the peer, since the start.
  private var written = 0
  private var hasReceivedAll = false
  private var hasSentAll = false
  /// How far the peer was when its patience began, and when that ends.
  private var ending: (taken: Int, deadline: Instant)?

  /// Watches the stream, which is closed with this value.
  init(
    _ stream: any NetworkStream, peer: String, patience: Duration, of socket: ConnectedSocket
  ) throws(InternetError) {
    selector = Selector.of(socket)
    watched = try stream.watch(for: socket)
    self.stream = stream
    self.peer = peer
    self.patience = patience
    inbox = socket.inbox
    outbox = socket.outbox
  }

  deinit { watched.end() }

  /// Moves what can be moved without waiting.
  mutating func turn(of socket: ConnectedSocket) throws(InternetError) -> CallbackComponent.Turn {
    let hasMoreToRead = try receive()
    let hasMoreToSend = try send()
    if hasReceivedAll || hasSentAll || inbox.isFinished || !outbox.isHeard {
      if isOver(socket) { return .finished }
    }
    return hasMoreToRead || hasMoreToSend ? .again : .pause
  }

  // MARK: Receiving

  /// Reads what is there, a few times at most; whether there may be more.
  private mutating func receive() throws(InternetError) -> Bool {
    for _ in 0..<4 {
      guard watched.isReadable, !hasReceivedAll, !outbox.isFull else { return false }
      let count = unsafe stream.receive(into: selector.scratch)
      if count > 0 {
        outbox.post(
          unsafe Bytes(unsafeUninitializedCapacity: count) { bytes, initialized in
            unsafe UnsafeMutableRawBufferPointer(bytes).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: selector.scratch[..<count]))
            initialized = count
          })
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
  private mutating func send() throws(InternetError) -> Bool {
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
        unsafe stream.send(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
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
  private mutating func breakOff(_ code: Int32) throws(InternetError) {
    switch code {
    case ECONNRESET, EPIPE, ETIMEDOUT, ECONNABORTED, ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN,
      ENETUNREACH, ENETDOWN, ENETRESET, EPROTO:
      hasReceivedAll = true
      hasSentAll = true
    default: throw InternetError("talk to", peer, code: code)
    }
  }

  /// Closes the half that has nothing more to say; whether the connection is at its end.
  private mutating func isOver(_ socket: ConnectedSocket) -> Bool {
    if hasSentAll, hasReceivedAll { return true }
    let isUnread = hasReceivedAll || (outbox.hadTarget && !outbox.isHeard)
    let isFed = !inbox.isFinished && (inbox.isFed || !isUnread)
    if isFed {
      ending = nil
      return false
    }
    if !hasSentAll, sent == sending.count, inbox.isEmpty {
      stream.finishSending()
      hasSentAll = true
      if hasReceivedAll { return true }
    }
    // Somebody still listens: that may take as long as the peer wants.
    if !isUnread, hasSentAll || outbox.isHeard {
      ending = nil
      return false
    }
    return hasLostPatience(socket)
  }

  /// Only the peer is waited for: that it takes what was sent or, when it has, that it ends its half.
  ///
  /// What it still sends is read and dropped, or its kernel would answer our close with a reset and
  /// throw away what it hasn't read; but not for ever.
  private mutating func hasLostPatience(_ socket: ConnectedSocket) -> Bool {
    if written == 0, hasSentAll { return true }
    let now = socket.now
    if let ending, now < ending.deadline { return false }
    let unsent = stream.unsent
    let taken = written - unsent
    if let ending, ending.taken == taken {
      // Without a reset the kernel would keep the rest for minutes.
      if unsent > 0 || !hasSentAll { stream.resetOnClose() }
      return true
    }
    ending = (taken, now + patience)
    socket.wake(after: patience)
    return false
  }
}
