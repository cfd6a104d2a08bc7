// SPDX-License-Identifier: Apache-2.0

/// Sends what it gets to the backplane of a name: see ``Backplane``.
///
/// ```swift
/// PublishTo<String>("news")
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | messages to be published |
///
/// It ends when its input or the backplane does, with `producerFinished` on `signal`. Where no
/// backplane has this name, or one for other messages, it fails at once with ``TrackerError``: it
/// doesn't wait for one, since a misspelt name would wait for ever.
public final class PublishTo<Message: Sendable>: Component, Sink {
  /// Messages to be published.
  public let inbox = Inbox<Message>()
  private let toBackplane = Outbox<Message>()
  private let name: String
  private let otherTracker: Tracker?

  /// A publisher; the backplane is looked for when it is activated.
  ///
  /// - Parameters:
  ///   - name: the backplane's.
  ///   - tracker: that of the backplane's scheduler, where it isn't this component's own.
  public init(_ name: String, tracker: Tracker? = nil) {
    self.name = name
    otherTracker = tracker
  }

  override public func main() async throws {
    try link(toBackplane, to: try (otherTracker ?? tracker).service(name, taking: Message.self))
    while let message = await inbox.next() { await toBackplane.send(message) }
  }
}
