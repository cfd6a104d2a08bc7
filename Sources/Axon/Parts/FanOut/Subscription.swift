// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One receiver of a ``FanOut``: its queue there, and what it missed.
public final class Subscription<Message: Sendable>: Sendable {
  /// Messages that its policy dropped or refused.
  public let dropped: Tally
  /// Messages that wait for the receiver, besides those in its inbox.
  public let capacity: Int
  /// What happens to the next one.
  public let whenFull: WhenFull
  /// Belongs to the fan-out, once that has seen the subscription.
  let outbox = Outbox<Message>()
  private let wasCancelled = Atomic(false)
  private let joined = Atomic(false)

  init(
    to inbox: Inbox<Message>, capacity: Int, whenFull: WhenFull, dropped: Tally = Tally()
  ) throws(LinkError) {
    precondition(capacity > 0, "a subscriber's capacity must be at least 1, not \(capacity)")
    self.capacity = capacity
    self.whenFull = whenFull
    self.dropped = dropped
    try link(outbox, to: inbox)
  }

  deinit {
    // A fan-out that never saw it can't finish it either.
    if !joined.load(ordering: .acquiring) { outbox.close() }
  }

  var isCancelled: Bool { wasCancelled.load(ordering: .acquiring) }

  /// Whether it was neither cancelled nor joined before.
  func join() -> Bool {
    !isCancelled && !joined.exchange(true, ordering: .acquiringAndReleasing)
  }

  func setCancelled() { wasCancelled.store(true, ordering: .releasing) }
}
