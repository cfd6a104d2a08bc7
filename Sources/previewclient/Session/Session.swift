// SPDX-License-Identifier: Apache-2.0
import Axon

/// The components that see to an answer: it ends when they have, and then ends everything else.
///
/// A sink that fails stops all of them; after any other failure, what was received is still shown,
/// saved or played. What brings the bytes lives beside it: it may be stuck in a call that blocks.
final class Session: Component {
  private var seeds: [(seed: Seed, isSink: Bool)] = []
  private var sinks: Set<Handle> = []

  /// Takes in a part, before activation.
  func add(_ part: sending Component, isSink: Bool = false) {
    seeds.append((Seed(part), isSink))
  }

  override func main() async throws {
    for (seed, isSink) in seeds {
      let handle = activate(seed)
      if isSink { sinks.insert(handle) }
    }
    seeds = []
    await childrenEnded()
    // A thread that reads standard input can't be woken, and needn't be.
    scheduler.stop(patience: .zero)
  }

  override func childEnded(_ child: Handle, _ outcome: Outcome) {
    guard case .failed = outcome, sinks.contains(child) else { return }
    for other in children { other.stop() }
  }
}

/// The first error that ended a component of this run.
final class Verdict: Sendable {
  private let first = Guarded<(any Error)?>(nil)

  var error: (any Error)? { first.withLock { $0 } }

  func note(_ failure: Failure) {
    if failure.error is CancellationError { return }
    first.withLock { if $0 == nil { $0 = failure.error } }
  }
}
