// SPDX-License-Identifier: Apache-2.0
import Internet
import Testing

/// Shares of a thousand seeds; or the one that was asked for.
private let shares: [ClosedRange<UInt64>] =
  wantedSeed.map { [$0...$0] } ?? (0..<20).map { 50 * $0...50 * $0 + 49 }

/// A thousand worlds, in shares that run side by side; `SEED=n` runs that one alone.
@Suite struct `A thousand seeds` {
  @Test(arguments: shares)
  func `every byte arrives right or its connection was broken, and nothing is left`(
    seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      let world = try World(seed: seed, trace: wantedTrace) { Answering($0) }
      if world.problems.isEmpty { continue }
      Issue.record(
        """
        seed \(seed) after \(world.trace): \(world.problems.prefix(5))
        replay: SEED=\(seed) TRACE=1 swift test --filter 'A thousand seeds'
        """)
    }
  }
}
