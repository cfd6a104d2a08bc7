// SPDX-License-Identifier: Apache-2.0

/// Takes one element out of each message, such as the data of a pair of sender and data.
///
/// ```swift
/// Detuple<(SocketAddress, Bytes), Bytes>(\.1)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | tuples, or any other messages with parts |
/// | `outbox` | the part |
///
/// It ends when its input does, with `producerFinished` on `signal`.
public final class Detuple<Whole, Part: Sendable>: CallbackComponent, Source, Sink {
  /// Messages with parts.
  public let inbox = Inbox<Whole>()
  /// The part of each.
  public let outbox = Outbox<Part>()
  private let part: any KeyPath<Whole, Part> & Sendable

  /// A component that takes out this part.
  public init(_ part: any KeyPath<Whole, Part> & Sendable) { self.part = part }

  override public func mainBody() -> Turn {
    while !outbox.isFull, let message = inbox.take() { outbox.post(message[keyPath: part]) }
    return .pause
  }
}
