// SPDX-License-Identifier: Apache-2.0
public import Axon

/// A row of components, run to its end: what came out of it, and the error that ended it.
///
/// ```swift
/// let run = try TestRun(of: Pipeline {
///   TestSource([bytes])
///   Deframing()
/// })
/// #expect(run.messages.count == 9)
/// ```
public struct TestRun<Output: Sendable>: Sendable {
  /// What came out, with its times on the scheduler's clock.
  public let arrivals: [Received<Output>.Arrival]
  /// The first error of a component; ``NeverEnded`` where the row didn't come to its end.
  public let error: (any Error)?

  /// What came out.
  public var messages: [Output] { arrivals.map(\.message) }

  /// Runs a row on a scheduler of its own.
  ///
  /// - Parameters:
  ///   - row: its `outbox` is what is kept.
  ///   - time: the clock.
  /// - Throws: ``LinkError`` where the row's outbox is linked already.
  public init<Input>(
    of row: sending Pipeline<Input, Output>, time: TimeSource = .monotonic
  ) throws {
    let scheduler = Scheduler(time: time, onFault: { _ in })
    let sink = TestSink<Output>()
    let received = sink.received
    try link(row.outbox, to: sink.inbox)
    scheduler.activate(sink)
    let handle = scheduler.activate(row)
    let left = scheduler.run()
    arrivals = received.arrivals
    if !left.isEmpty {
      error = NeverEnded(names: left.map(\.name))
      // Who sleeps for ever is kept for ever.
      for handle in left { handle.stop() }
      scheduler.run()
    } else if case .failed(let failure) = handle.outcome {
      error = failure.error
    } else {
      error = nil
    }
  }
}

/// Components were left that nothing can wake any more.
public struct NeverEnded: Error {
  /// Their names.
  public let names: [String]
}
