// SPDX-License-Identifier: Apache-2.0

/// A place in a system where many publish under a name and many subscribe to it.
///
/// ```swift
/// scheduler.activate(Backplane<String>("news"))
/// scheduler.activate(try Pipeline {
///   ConsoleReader()
///   PublishTo<String>("news")
/// })
/// scheduler.activate(try Pipeline {
///   SubscribeTo<String>("news", whenFull: .dropOldest)
///   ConsoleWriter()
/// })
/// ```
/// A ``FanOut`` that the tracker knows: the service of its name is `inbox`, where publishers send.
/// It registers in its first turn, so it is activated before those who use it.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | messages of all publishers |
/// | `refusals` | messages that a receiver with the policy `.refuse` had no room for |
///
/// It goes on without publishers and subscribers. `producerFinished` at `control` lets it deliver
/// what it has and end; the subscribers' inboxes finish. Where the name is taken it fails with
/// ``TrackerError/alreadyRegistered(_:)``.
public final class Backplane<Message: Sendable>: FanOut<Message> {
  private let name: String

  /// A backplane of this name.
  ///
  /// - Parameters:
  ///   - name: unique among the services of its scheduler.
  ///   - capacity: messages that wait for it.
  public init(_ name: String, capacity: Int = 32) {
    self.name = name
    super.init(feeding: Inbox(capacity: capacity, staysOpen: true))
  }

  override public func initialiseComponent() throws {
    try tracker.register(inbox, as: name, of: handle)
    try tracker.register(subscribers.requests, as: backplaneRequests(name), of: handle)
  }
}

/// The service where a backplane takes subscriptions.
func backplaneRequests(_ name: String) -> String { name + " subscriptions" }
