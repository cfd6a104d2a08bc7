// SPDX-License-Identifier: Apache-2.0

/// The fast way from an outbox: who may use it and where it leads.
@safe @usableFromInline
struct Route {
  @usableFromInline var owner: CorePointer?
  /// The final sink, when it lives on the same thread.
  @usableFromInline var sink: UnsafeMutablePointer<InboxState>?
  /// The side door of a sink that is elsewhere or shared with others; kept alive by the box's `more`.
  @usableFromInline var door: UnsafeMutablePointer<DoorState>?

  init() {}
}

/// The parts of an outbox that only those need that send abroad or wait in a queue.
final class OutboxMore<Message> {
  /// The side door of a target on another thread, and the inbox it belongs to: the target may have
  /// been linked onward just now.
  var door: SharedQueue<Message>?
  var doorInbox: Inbox<Message>?
  /// The homes whose senders abroad this box is counted among: one, or two while it moves.
  ///
  /// Guarded by `wiring`.
  var counted: [SenderAbroad] = []
  /// Waits for room in another home.
  var waitsAbroad: Int32 = 0
  /// Where it stands in a queue of senders, without a continuation.
  var queuedAt: Outbox<Message>.Slot?
  /// The slot that is kept for it, since it was woken from that queue.
  var promised: Outbox<Message>.Slot?
  var willSettle = false
}
