// SPDX-License-Identifier: Apache-2.0

/// How many turns a scheduler gives before it looks at timers and descriptors again: as many as take
/// about a millisecond, so that long turns don't make it deaf and short ones cost no looking.
struct TurnBatch {
  private(set) var turns = 256
  private var last: Instant?

  /// A batch has passed and others are awake still.
  mutating func adapt(at now: Instant) {
    defer { last = now }
    guard let last else { return }
    switch now - last {
    case .milliseconds(2)...: turns = max(1, turns / 2)
    case ..<Duration.microseconds(500): turns = min(256, turns * 2)
    default: break
    }
  }

  /// All had their turns: what passes until the next batch is no turn's time.
  mutating func pause() { last = nil }
}
