// SPDX-License-Identifier: Apache-2.0

/// The parts of an outbox that only those need that send abroad or wait in a queue.
final class OutboxMore<Message> {
  /// The side door of a target on another thread, and the inbox it belongs to: the target may have
  /// been linked onward just now.
  var door: SharedQueue<Message>?
  var doorInbox: Inbox<Message>?
  /// Waits for room in another home.
  var waitsAbroad: Int32 = 0
  /// Where it stands in a queue of senders, without a continuation.
  var queuedAt: Outbox<Message>.Slot?
  /// The slot that is kept for it, since it was woken from that queue.
  var promised: Outbox<Message>.Slot?
  var willSettle = false
}

/// A home that this outbox is counted at, among those who may wake it from elsewhere.
struct SenderAbroad: Equatable {
  let home: Home
  let isStranger: Bool

  func count(by change: Int) { home.countSendersAbroad(by: change, areStrangers: isStranger) }

  static func == (one: Self, other: Self) -> Bool {
    one.home === other.home && one.isStranger == other.isStranger
  }
}

extension Outbox {
  /// Plain code has let go of the box without a word: who waits for it needn't any longer.
  func abandon() {
    let (orphan, home) = wiring.withLock { _ -> (Inbox<Message>?, Home?) in
      leaveNext()
      guard let target, target.producerLeft() else { return (nil, nil) }
      let sink = target.last as? Inbox<Message> ?? target
      return (sink, sink.home)
    }
    // An errand, as who let go may be anybody.
    if let orphan, let home { home.post(.wake(orphan)) }
    for old in counted {
      old.count(by: -1)
      old.home.wakeToLook()
    }
  }
}
