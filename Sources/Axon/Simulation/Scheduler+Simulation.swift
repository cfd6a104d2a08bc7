// SPDX-License-Identifier: Apache-2.0

/// One seed, one exact run.
extension Scheduler {
  /// A scheduler whose order is drawn from a seed.
  ///
  /// In each pass the awake components are still resumed once each, but in an order of the seed's; so
  /// are alarms of one moment. A run on virtual time, without threaded components, descriptors and
  /// other schedulers, is then the same each time; another seed shows another order.
  ///
  /// - Parameters:
  ///   - time: the clock; only a virtual one makes a run exact.
  ///   - seed: any number.
  ///   - trace: told of every step, as a line to read.
  ///   - onFault: told of every error that ended a component; writes a line to standard error unless
  ///     given.
  public convenience init(
    time: TimeSource = .virtual, seed: UInt64, trace: (@Sendable (String) -> Void)? = nil,
    onFault: @escaping @Sendable (Failure) -> Void = { complain("\($0)") }
  ) {
    self.init(time: time, onFault: onFault)
    order = SeededOrder(seed: seed, tell: trace)
  }

  /// All that happened so far, to be compared with another run; empty without a seed.
  ///
  /// To be asked from the scheduler's thread, or when it doesn't run.
  public var trace: Trace { order?.trace ?? Trace() }

  /// Takes down a step of something that belongs to the run without being a component.
  ///
  /// Scheduler's thread only, or before it runs.
  package func note(_ step: UInt64, _ text: @autoclosure () -> String) {
    order?.note(step, at: now, text)
  }

  /// Calls `body` on the scheduler's thread at a moment, unless all components have ended before.
  ///
  /// Scheduler's thread only, or before it runs.
  package func call(at moment: Instant, _ body: @escaping () -> Void) {
    setAlarm(at: moment, .call(body))
  }

  /// One pass: every component that is awake now has one turn.
  func runPass(in order: SeededOrder) {
    var awake: [CorePointer] = unsafe []
    while let core = unsafe queue.pointee.removeFirst() { unsafe awake.append(core) }
    unsafe order.shuffle(&awake)
    unsafe awake.forEach { core in
      unsafe order.noteTurn(of: core, at: now)
      unsafe giveTurn(to: core)
    }
  }
}
