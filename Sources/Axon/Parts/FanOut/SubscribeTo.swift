// SPDX-License-Identifier: Apache-2.0

/// Sends what is published under a name: see ``Backplane``.
///
/// ```swift
/// SubscribeTo<String>("news", capacity: 8, whenFull: .dropOldest)
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | every message that the backplane takes once it knows of this one |
///
/// It ends when the backplane does, or when nobody listens any more, with `producerFinished` on
/// `signal`. Where no backplane has this name, or one for other messages, it fails at once with
/// ``TrackerError``: it doesn't wait for one, since a misspelt name would wait for ever.
public final class SubscribeTo<Message: Sendable>: Component, Source {
  /// What is published.
  public let outbox = Outbox<Message>()
  private let dropped: Tally
  private let fromBackplane = Inbox<Message>(capacity: 1)
  private let name: String
  private let capacity: Int
  private let whenFull: WhenFull
  private let otherTracker: Tracker?

  /// A subscriber; the backplane is looked for when it is activated.
  ///
  /// - Parameters:
  ///   - name: the backplane's.
  ///   - capacity: messages that wait at the backplane.
  ///   - whenFull: what happens to the next one; `.wait` makes the backplane wait, and all that use
  ///     it.
  ///   - dropped: counts the messages that the policy dropped.
  ///   - tracker: that of the backplane's scheduler, where it isn't this component's own.
  public init(
    _ name: String, capacity: Int = 32, whenFull: WhenFull, dropped: Tally = Tally(),
    tracker: Tracker? = nil
  ) {
    self.dropped = dropped
    self.name = name
    self.capacity = capacity
    self.whenFull = whenFull
    otherTracker = tracker
  }

  override public func main() async throws {
    try await subscribe()
    while let message = await fromBackplane.next() { await outbox.send(message) }
  }

  private func subscribe() async throws {
    let requests = try (otherTracker ?? tracker).service(
      backplaneRequests(name), taking: Subscription<Message>.self)
    let request = Outbox<Subscription<Message>>()
    try link(request, to: requests)
    let subscription = try Subscription(
      to: fromBackplane, capacity: capacity, whenFull: whenFull, dropped: dropped)
    // Not kept: one that the backplane never sees finishes as soon as nobody has it.
    await request.send(subscription)
    request.finish()
  }
}
