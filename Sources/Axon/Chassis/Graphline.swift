// SPDX-License-Identifier: Apache-2.0

/// Components in any shape: data flows along the linkages that were made, and nowhere else.
///
/// ```swift
/// let reader = Reader(), left = Writer("left"), right = Writer("right")
/// try link(reader.outbox, to: left.inbox)
/// try link(reader.rest, to: right.inbox)
/// let graph = Graphline()
/// graph.add(reader)
/// graph.add(left)
/// graph.add(right)
/// scheduler.activate(graph)
/// ```
/// A subclass may have boxes of its own, linked to those of the parts. The parts start when it is
/// activated; it ends when all of them have ended, by the first error that one of them threw.
open class Graphline: Component {
  private var seeds: [Seed] = []
  private var failure: Failure?

  /// A graph without parts as yet: see `add`.
  public override init() {}

  /// Takes in a part, before activation.
  public final func add(_ part: sending Component) {
    seeds.append(Seed(part))
  }

  override open func main() async throws {
    for seed in seeds { activate(seed) }
    seeds = []
    await childrenEnded()
    if let failure { throw failure.error }
  }

  override open func childEnded(_ child: Handle, _ outcome: Outcome) {
    if case .failed(let failure) = outcome, self.failure == nil { self.failure = failure }
  }
}
