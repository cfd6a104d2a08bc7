// SPDX-License-Identifier: Apache-2.0

/// Passes on what it gets: a queue of its own between two components.
///
/// ```swift
/// PassThrough<Picture>(capacity: 2, whenFull: .dropOldest)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | anything |
/// | `outbox` | the same, in order |
///
/// It ends when its input does, with `producerFinished` on `signal`.
public final class PassThrough<Message>: CallbackComponent, Source, Sink {
  /// Anything.
  public let inbox: Inbox<Message>
  /// The same.
  public let outbox = Outbox<Message>()

  /// A component whose inbox is so large and so full.
  ///
  /// - Parameters:
  ///   - capacity: messages, at least 1.
  ///   - whenFull: what happens to the next one.
  public init(capacity: Int = 32, whenFull: WhenFull = .wait) {
    inbox = Inbox(capacity: capacity, whenFull: whenFull)
  }

  override public func mainBody() -> Turn {
    while !outbox.isFull, let message = inbox.take() { outbox.post(message) }
    return .pause
  }
}
