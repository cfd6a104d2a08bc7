// SPDX-License-Identifier: Apache-2.0

/// Numbers that look random and are the same for the same seed, everywhere: SplitMix64.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below a limit.
  mutating func below(_ limit: Int) -> Int { limit < 2 ? 0 : Int(next() % UInt64(limit)) }

  /// One of several.
  mutating func one<T>(of all: [T]) -> T { all[below(all.count)] }

  /// True once in so many times.
  mutating func once(in times: Int) -> Bool { below(times) == 0 }
}
