// SPDX-License-Identifier: Apache-2.0

/// Asks for so many units at a time, at a constant rate: the clock of a reader that reads on request.
///
/// ```swift
/// RateRequests(unitsPerSecond: 100, chunk: 25, debt: .paid)   // 25 each quarter of a second
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | the chunk's number of units, each time that one is due, the first at once |
///
/// A request that finds no room downstream waits, and is then behind its time: `debt` says what
/// becomes of that. It ends when nobody listens any more, or is told to.
public final class RateRequests: Component, Source {
  /// Numbers of units.
  public let outbox = Outbox<Int>()
  private var rate: ConstantRate
  private let chunk: Int

  /// Requests that begin with activation.
  ///
  /// - Parameters:
  ///   - unitsPerSecond: 1 or more.
  ///   - chunk: units of each request, 1 or more.
  ///   - debt: what happens when a request was late.
  public init(unitsPerSecond: Int, chunk: Int, debt: ConstantRate.Debt) {
    precondition(chunk > 0, "a chunk must be at least 1, not \(chunk)")
    rate = ConstantRate(unitsPerSecond: unitsPerSecond, debt: debt)
    self.chunk = chunk
  }

  override public func main() async throws {
    let start = now
    while true {
      if start + rate.due > now { try await sleep(until: start + rate.due) }
      guard await outbox.send(chunk) else { return }
      rate.send(chunk, at: now - start)
    }
  }
}
