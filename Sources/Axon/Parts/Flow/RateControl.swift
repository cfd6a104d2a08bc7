// SPDX-License-Identifier: Apache-2.0

/// Passes messages on at a constant rate, by the scheduler's clock and without drift.
///
/// ```swift
/// RateControl<Bytes>(unitsPerSecond: 16_000, debt: .bounded(units: 4_000)) { $0.count }
/// RateControl<Picture>(unitsPerSecond: 25, debt: .forgiven)   // 25 messages a second
/// ```
/// A message is passed on when all units before it have had their time, the first at once. When
/// nothing came for a while, or the receiver had no room, it is behind its time: `debt` says what
/// becomes of that.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | anything |
/// | `outbox` | the same, in order |
///
/// It ends when its input does, after the last message was due and sent, with `producerFinished` on
/// `signal`.
public final class RateControl<Message: Sendable>: Component, Source, Sink {
  /// Anything.
  public let inbox: Inbox<Message>
  /// The same, at the rate.
  public let outbox = Outbox<Message>()
  private var rate: ConstantRate
  private let units: (Message) -> Int

  /// A control that counts from its activation on.
  ///
  /// - Parameters:
  ///   - unitsPerSecond: 1 or more.
  ///   - debt: what happens when it is behind its time.
  ///   - capacity: messages that wait here.
  ///   - units: how many a message counts for, 0 or more; 1 unless given.
  public init(
    unitsPerSecond: Int, debt: ConstantRate.Debt, capacity: Int = 32,
    units: sending @escaping (Message) -> Int = { _ in 1 }
  ) {
    inbox = Inbox(capacity: capacity)
    rate = ConstantRate(unitsPerSecond: unitsPerSecond, debt: debt)
    self.units = units
  }

  override public func main() async throws {
    let start = now
    while let message = await inbox.next() {
      if start + rate.due > now { try await sleep(until: start + rate.due) }
      guard await outbox.send(message) || !isStopping else { return }
      rate.send(units(message), at: now - start)
    }
  }
}
