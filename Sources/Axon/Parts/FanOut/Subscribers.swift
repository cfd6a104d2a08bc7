// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Where receivers join and leave a ``FanOut``, from any thread, before and while it runs.
public final class Subscribers<Message: Sendable>: Sendable {
  private struct News {
    var list: [Subscription<Message>] = []
    var isClosed = false
  }

  /// What the fan-out hasn't seen yet: more exact than the box, which a budget may hold up.
  private let news = Guarded(News())
  private let hasNews = Atomic(false)
  /// Wakes the fan-out.
  let requests: Inbox<Subscription<Message>>

  init() { requests = Inbox(capacity: Int(Int32.max), staysOpen: true) }

  /// Sends an inbox every message that the fan-out takes from now on, in order.
  ///
  /// - Parameters:
  ///   - inbox: the receiver's; what its own policy drops when it is full is counted there.
  ///   - capacity: messages that wait at the fan-out once the inbox has no room, at least 1.
  ///   - whenFull: what happens to the next one. `.wait` makes the fan-out wait, and all other
  ///     receivers with it; `.refuse` says so on the fan-out's `refusals`.
  /// - Returns: what to cancel, and what counts the losses. It need not be kept.
  /// - Throws: ``LinkError`` where the receiver has ended.
  @discardableResult
  public func add(
    _ inbox: Inbox<Message>, capacity: Int = 32, whenFull: WhenFull
  ) throws(LinkError) -> Subscription<Message> {
    let subscription = try Subscription(to: inbox, capacity: capacity, whenFull: whenFull)
    note(subscription)
    return subscription
  }

  /// Ends a subscription: what waits for the receiver at the fan-out is dropped.
  ///
  /// The receiver's inbox finishes, unless others send there too.
  public func remove(_ subscription: Subscription<Message>) {
    subscription.setCancelled()
    note(subscription)
  }

  private func note(_ subscription: Subscription<Message>) {
    let isOpen = news.withLock { news in
      if !news.isClosed { news.list.append(subscription) }
      return !news.isClosed
    }
    guard isOpen else { return }
    hasNews.store(true, ordering: .releasing)
    let bell = Outbox<Subscription<Message>>()
    guard (try? link(bell, to: requests)) != nil else { return }
    bell.post(subscription)
    bell.finish()
  }

  /// What came since the last look.
  func takeNews() -> [Subscription<Message>] {
    guard hasNews.exchange(false, ordering: .acquiringAndReleasing) else { return [] }
    return news.withLock { news in
      defer { news.list = [] }
      return news.list
    }
  }

  /// The fan-out has ended.
  func close() {
    let late = news.withLock { news in
      news.isClosed = true
      defer { news.list = [] }
      return news.list
    }
    // Those that nobody holds any more finish by themselves.
    for subscription in late where subscription.join() { subscription.outbox.close() }
  }
}
