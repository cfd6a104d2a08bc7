// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Sends what it was given, then ends, or fails.
///
/// ```swift
/// TestSource(1...3)
/// TestSource(["a", "b"], failingWith: Mishap())
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | the messages, in order |
///
/// It ends with its last message, with `producerFinished` on `signal`, or with `failed` where it was
/// given an error; earlier when nobody listens any more.
public final class TestSource<Message: Sendable>: Component, Source {
  /// The messages.
  public let outbox = Outbox<Message>()
  private let messages: [Message]
  private let error: (any Error)?

  /// A source of these messages.
  ///
  /// - Parameters:
  ///   - messages: what it sends.
  ///   - error: what it throws afterwards.
  public init(_ messages: some Sequence<Message>, failingWith error: (any Error)? = nil) {
    self.messages = Array(messages)
    self.error = error
  }

  override public func main() async throws {
    for message in messages { guard await outbox.send(message) || !isStopping else { return } }
    if let error { throw error }
  }
}
