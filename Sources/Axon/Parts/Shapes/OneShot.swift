// SPDX-License-Identifier: Apache-2.0

/// Sends one message and ends.
///
/// ```swift
/// scheduler.activate(try Pipeline {
///   OneShot("ALL RECORDINGS")
///   asker
/// })
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | the message, once |
///
/// It ends when the message is delivered, with `producerFinished` on `signal`.
public final class OneShot<Message: Sendable>: Component, Source {
  /// The message, once.
  public let outbox = Outbox<Message>()
  private let message: Message

  /// A component that sends this message.
  public init(_ message: Message) { self.message = message }

  override public func main() async throws { await outbox.send(message) }
}
