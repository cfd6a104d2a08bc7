// SPDX-License-Identifier: Apache-2.0

/// A component on its way into a chassis, with the boxes by which it will be linked there.
struct Arrival<Input, Output>: Sendable {
  let seed: Seed
  let inbox: Inbox<Input>?
  let outbox: Outbox<Output>?
}

/// A place for one child after another, behind two boxes that stay.
///
/// Data for the child is handed over one by one, and never to one that is going: what it doesn't
/// take waits in the inbox for the next. Data from the child leaves by the outbox directly. Linking
/// the inbox onward would save a turn, but a sender on another thread would lose what it sends
/// between the end of a child and the word that its way has changed.
final class Berth<Input, Output> {
  let inbox: Inbox<Input>
  let outbox: Outbox<Output>
  private(set) var child: Handle?
  /// The child was asked to end: it gets no more.
  private(set) var isLeaving = false
  private var feed: Outbox<Input>?
  /// Taken out, but not yet taken by a child.
  private var held: Input?

  init(inbox: Inbox<Input>, outbox: Outbox<Output>) {
    self.inbox = inbox
    self.outbox = outbox
  }

  /// Whether no message will come for a child any more.
  var isUsedUp: Bool { inbox.isFinished && inbox.isEmpty && held == nil }

  /// Whether somebody listened to the outbox and nobody does any more.
  var isAbandoned: Bool { outbox.hadTarget && !outbox.isHeard }

  /// Links a component and starts it.
  ///
  /// - Throws: ``LinkError`` where the component's boxes are linked already.
  func start(
    _ arrival: Arrival<Input, Output>, under parent: Component
  ) throws(LinkError) -> Handle {
    if let output = arrival.outbox { try link(output, to: outbox) }
    if let input = arrival.inbox {
      let feed = Outbox<Input>()
      try link(feed, to: input)
      self.feed = feed
    }
    let handle = parent.activate(arrival.seed)
    child = handle
    isLeaving = false
    return handle
  }

  /// Hands over what the child has room for; in the parent's turn.
  func pump() {
    guard let feed, !isLeaving else { return }
    while !feed.isFull {
      if held == nil { held = inbox.take() }
      if held == nil { break }
      // The child is going: the message is for the next one.
      if feed.offer(&held) == .unheard { return }
      held = nil
    }
    if isUsedUp { feed.finish() }
  }

  /// Asks the child to end: at once, or when it has read what it was given.
  func ask(letsFinish: Bool) {
    guard !isLeaving else { return }
    isLeaving = true
    if letsFinish, let feed { feed.finish() } else { child?.stop() }
  }

  /// The child has ended.
  func childEnded() {
    child = nil
    feed?.finish()
    feed = nil
  }
}

extension Outbox {
  /// Sends without waiting; where nobody takes it, the message stays the caller's.
  fileprivate func offer(_ message: inout Message?) -> Delivery {
    guard let (inbox, door) = findWay() else { return .unheard }
    let isPromised = takePromise()?.isKept(at: inbox, door) ?? false
    if case .done(let delivery) = offer(&message, to: inbox, door: door, isPromised: isPromised) {
      return delivery
    }
    return .full
  }
}
