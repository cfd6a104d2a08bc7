// SPDX-License-Identifier: Apache-2.0

/// Passes on the messages that a question is answered with yes for.
///
/// ```swift
/// Filter { (line: String) in !line.isEmpty }
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | all messages |
/// | `outbox` | those that pass, in order |
///
/// It ends when its input does, with `producerFinished` on `signal`, or by what the question throws,
/// with `failed`.
public final class Filter<Message: Sendable>: CallbackComponent, Source, Sink {
  /// All messages.
  public let inbox = Inbox<Message>()
  /// Those that pass.
  public let outbox = Outbox<Message>()
  private let passes: (Message) throws -> Bool

  /// A filter that asks this about each message.
  public init(_ passes: sending @escaping (Message) throws -> Bool) { self.passes = passes }

  override public func mainBody() throws -> Turn {
    while !outbox.isFull, let message = inbox.take() {
      if try passes(message) { outbox.post(message) }
    }
    return .pause
  }
}
