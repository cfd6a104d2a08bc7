// SPDX-License-Identifier: Apache-2.0
import Axon

/// What a ``TestSink`` has received; to be read and waited for from anywhere.
public final class Received<Message: Sendable>: Sendable {
  /// A message and when it came.
  public struct Arrival: Sendable {
    /// On the scheduler's clock, since the sink began.
    public let time: Duration
    /// What came.
    public let message: Message
  }

  private struct State {
    var arrivals: [Arrival] = []
    var hasEnded = false
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Takes out those whose wait is over.
    mutating func due() -> [CheckedContinuation<Void, Never>] {
      let (count, hasEnded) = (arrivals.count, hasEnded)
      let due = waiting.filter { hasEnded || $0.count <= count }
      waiting.removeAll { hasEnded || $0.count <= count }
      return due.map(\.continuation)
    }
  }

  private let state = Guarded(State())

  /// Nothing as yet.
  public init() {}

  /// All messages so far, with their times.
  public var arrivals: [Arrival] { state.withLock { $0.arrivals } }

  /// All messages so far.
  public var messages: [Message] { arrivals.map(\.message) }

  /// When they came, since the sink began.
  public var times: [Duration] { arrivals.map(\.time) }

  /// Whether the sink has ended: no more will come.
  public var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Waits until so many messages have come, or none will come any more.
  ///
  /// - Parameter count: of messages, since the beginning.
  /// - Returns: all that have come.
  @discardableResult
  public func reaches(_ count: Int) async -> [Message] {
    await withCheckedContinuation { continuation in
      let due = state.withLock { state in
        state.waiting.append((count, continuation))
        return state.due()
      }
      for continuation in due { continuation.resume() }
    }
    return messages
  }

  /// Waits until the sink has ended.
  ///
  /// - Returns: all messages.
  @discardableResult
  public func end() async -> [Message] { await reaches(.max) }

  func add(_ message: Message, at time: Duration) {
    change { $0.arrivals.append(Arrival(time: time, message: message)) }
  }

  func setEnded() {
    change { $0.hasEnded = true }
  }

  private func change(_ body: (inout State) -> Void) {
    let due = state.withLock { state in
      body(&state)
      return state.due()
    }
    for continuation in due { continuation.resume() }
  }
}
