// SPDX-License-Identifier: Apache-2.0

/// What an inbox answers a sender.
enum Admission {
  case done(Delivery)
  /// No room: the message is still the sender's.
  case mustWait
}

/// What an outbox does with its final sink, beyond the fast way that `Outbox` inlines.
extension Inbox {
  /// Takes the message in, or says what its policy makes of it.
  ///
  /// Home thread of the inbox. With `holdsReservation` the sender was woken for a slot that is kept
  /// for it.
  func admit(_ message: inout Message?, holdsReservation: Bool = false) -> Admission {
    if holdsReservation { unsafe state.pointee.reserved -= 1 }
    let attention = unsafe state.pointee.attention
    if attention.contains(.closed) { return .done(.unheard) }
    if attention.contains(.control) {
      if let message = message.take() { interpret(message) }
      return .done(.delivered)
    }
    if unsafe !state.pointee.hasRoom {
      switch unsafe state.pointee.whenFull {
      case .wait: return .mustWait
      case .refuse: return .done(.full)
      case .dropNewest:
        unsafe state.pointee.dropped += 1
        return .done(.dropped)
      case .dropOldest:
        unsafe state.pointee.dropped += 1
        if unsafe state.pointee.count > 0 { unsafe _ = state.pointee.removeFirst(as: Message.self) }
      }
    }
    if let message = message.take() { unsafe state.pointee.append(message) }
    wakeOwner()
    return .done(.delivered)
  }

  /// Wakes the owner, if there is one.
  func wakeOwner() {
    if unsafe state.pointee.core != nil { unsafe state.pointee.wakeOwner() }
  }

  var policy: WhenFull { unsafe state.pointee.whenFull }

  /// Whether a sender needn't wait now.
  var admitsNow: Bool {
    unsafe state.pointee.attention.contains(.closed) || state.pointee.hasRoom
  }

  /// Lets a sender wait for room.
  ///
  /// Home thread of the inbox.
  func await(_ sender: Waiting) {
    unsafe state.pointee.senders.append(sender)
    unsafe state.pointee.mark(.senders)
  }

  /// Gives back the slot that was kept for a sender that no longer wants it.
  ///
  /// Home thread.
  func giveBackReservation() {
    unsafe state.pointee.reserved -= 1
    if unsafe state.pointee.attention.contains(.senders) { admitSender() }
  }

  /// Takes a box's waits out of both queues and wakes them, so that they look again.
  func release(_ box: Box) {
    let (side, isHere) = wiring.withLock { _ in (self.side, home?.isHere ?? false) }
    for sender in side?.removeWaits(of: box) ?? [] { sender.wake() }
    guard isHere else { return }
    unsafe state.pointee.unparkSender()
    let released = unsafe state.pointee.senders.filter { $0.box === box }
    guard !released.isEmpty else { return }
    unsafe state.pointee.senders.removeAll { $0.box === box }
    if unsafe state.pointee.senders.isEmpty { unsafe state.pointee.unmark(.senders) }
    for sender in released {
      unsafe state.pointee.reserved += 1
      sender.wake()
    }
  }
}

extension Inbox {
  /// Someone left a message at the side door, from whatever thread.
  func knock() {
    guard let home = wiring.withLock({ _ in home }) else { return }
    if home.isHere { wakeAtHome() } else { home.post(.wake(self)) }
  }

  /// Lets the inbox see that its producers came or went, or the one that it was linked onward to.
  func refreshAtHome() {
    let (sink, home) = wiring.withLock { _ in
      let sink = next == nil ? self : last as? Inbox<Message> ?? self
      return (sink, sink.home)
    }
    guard let home else { return }
    if home.isHere { sink.refresh() } else { home.post(.wake(sink)) }
  }
}
