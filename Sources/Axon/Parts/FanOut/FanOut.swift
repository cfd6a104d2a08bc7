// SPDX-License-Identifier: Apache-2.0

/// One source to many receivers, who come and go as they like.
///
/// ```swift
/// let fan = FanOut<Picture>()
/// let subscribers = fan.subscribers
/// try subscribers.add(screen.inbox, capacity: 1, whenFull: .dropOldest)
/// try subscribers.add(recorder.inbox, capacity: 500, whenFull: .wait)
/// scheduler.activate(fan)
/// ```
/// Every receiver gets every message in order, and has a queue and a policy of its own: a slow one
/// never delays another, unless its policy is `.wait`.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | messages, which are shared by the receivers |
/// | `refusals` | one for each message that a receiver with the policy `.refuse` had no room for |
///
/// It ends when its input has, and each receiver has got what waits for it; the receivers' inboxes
/// finish one by one. It goes on without receivers, unless told otherwise. It says
/// `producerFinished` on `signal`.
public class FanOut<Message: Sendable>: CallbackComponent, Sink {
  /// A message that a receiver had no room for.
  public struct Refusal: Sendable {
    /// Who didn't get it.
    public let subscription: Subscription<Message>
    /// What it didn't get.
    public let message: Message
  }

  /// Messages, which are shared by the receivers.
  public final let inbox: Inbox<Message>
  /// Where a refused message is reported, if there is room.
  public final let refusals = Outbox<Refusal>()
  /// Where receivers join and leave, from any thread.
  public final let subscribers = Subscribers<Message>()
  private final let requests: Inbox<Subscription<Message>>
  private final let endsWithSubscribers: Bool
  private final var members: [Member<Message>] = []
  private final var hadMembers = false

  /// A fan-out without receivers as yet.
  ///
  /// - Parameters:
  ///   - capacity: messages that wait for it.
  ///   - endsWithSubscribers: whether it ends when the last receiver has gone, and what feeds it as
  ///     well.
  public init(capacity: Int = 32, endsWithSubscribers: Bool = false) {
    inbox = Inbox(capacity: capacity)
    requests = subscribers.requests
    self.endsWithSubscribers = endsWithSubscribers
  }

  init(feeding inbox: Inbox<Message>) {
    self.inbox = inbox
    requests = subscribers.requests
    endsWithSubscribers = false
  }

  deinit { subscribers.close() }

  override public final var stopsWhenUnheard: Bool { false }
  override public final var endsWithItsInputs: Bool { false }

  override public final func mainBody() -> Turn {
    while let request = requests.take() { welcome(request) }
    takeNews()
    for member in members { member.flush() }
    while !members.contains(where: \.isHolding), let message = inbox.take() {
      // Who joined before the message was sent gets it.
      takeNews()
      for member in members where !member.offer(message) {
        refusals.post(Refusal(subscription: member.subscription, message: message))
      }
    }
    members.removeAll { $0.hasLeft }
    if endsWithSubscribers, hadMembers, members.isEmpty { return .finished }
    guard inbox.isFinished, inbox.isEmpty else { return .pause }
    members.removeAll { $0.finish() }
    return members.isEmpty ? .finished : .pause
  }

  override public final func closeDownComponent() { subscribers.close() }

  private final func takeNews() {
    for subscription in subscribers.takeNews() { welcome(subscription) }
  }

  private final func welcome(_ subscription: Subscription<Message>) {
    if subscription.join() {
      subscription.outbox.adoptByCurrent()
      members.append(Member(subscription))
      hadMembers = true
    } else if subscription.isCancelled {
      subscription.outbox.finish()
      members.removeAll { $0.subscription === subscription }
    }
  }
}

/// A receiver as the fan-out sees it.
final class Member<Message: Sendable> {
  let subscription: Subscription<Message>
  private var waiting: ArraySlice<Message> = []

  init(_ subscription: Subscription<Message>) { self.subscription = subscription }

  private var outbox: Outbox<Message> { subscription.outbox }

  /// Whether the receiver has ended.
  var hasLeft: Bool { !outbox.isHeard }

  /// Whether nothing may be taken in, because this one's policy is to wait.
  var isHolding: Bool {
    subscription.whenFull == .wait && waiting.count >= subscription.capacity && outbox.isHeard
  }

  /// Delivers what waits, as far as there is room.
  func flush() {
    while !waiting.isEmpty, !outbox.isFull, let message = waiting.popFirst() { post(message) }
  }

  /// Delivers a message or lets it wait; false when it is refused.
  func offer(_ message: Message) -> Bool {
    flush()
    if waiting.isEmpty, !outbox.isFull {
      post(message)
      return true
    }
    guard waiting.count >= subscription.capacity else {
      waiting.append(message)
      return true
    }
    subscription.dropped.add()
    switch subscription.whenFull {
    case .dropOldest:
      _ = waiting.popFirst()
      waiting.append(message)
    case .refuse: return false
    case .dropNewest, .wait: break
    }
    return true
  }

  /// Ends the receiver's inbox when nothing waits any more; whether that is so.
  func finish() -> Bool {
    flush()
    guard waiting.isEmpty else { return !outbox.isHeard }
    outbox.finish()
    return true
  }

  private func post(_ message: Message) {
    switch outbox.post(message) {
    case .dropped, .full: subscription.dropped.add()
    case .delivered, .unheard: break
    }
  }
}
