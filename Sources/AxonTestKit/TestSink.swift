// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Keeps what it receives, where the test can read it and wait for it.
///
/// ```swift
/// let received = Received<String>()
/// scheduler.activate(try Pipeline {
///   TestSource(["a", "b"])
///   Map { (line: String) in line.uppercased() }
///   TestSink(received)
/// })
/// scheduler.run()
/// #expect(received.messages == ["A", "B"])
/// ```
/// Beside a scheduler that was started: `await received.reaches(2)`, `await received.end()`.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | anything |
///
/// It ends when its input does, or after so many messages as it was to take, with
/// `producerFinished` on `signal`.
public final class TestSink<Message: Sendable>: Component, Sink {
  /// Anything.
  public let inbox: Inbox<Message>
  /// What came.
  public let received: Received<Message>
  private let most: Int

  /// A sink with nothing as yet.
  ///
  /// - Parameters:
  ///   - received: where it keeps what comes.
  ///   - most: messages after which it ends.
  ///   - capacity: messages that wait for it.
  ///   - whenFull: what happens to the next one.
  public init(
    _ received: Received<Message> = Received(), taking most: Int = .max, capacity: Int = 32,
    whenFull: WhenFull = .wait
  ) {
    self.received = received
    self.most = most
    inbox = Inbox(capacity: capacity, whenFull: whenFull)
  }

  deinit { received.setEnded() }

  override public func main() async throws {
    defer { received.setEnded() }
    let start = now
    for _ in 0..<most {
      guard let message = await inbox.next() else { return }
      received.add(message, at: now - start)
    }
  }
}
