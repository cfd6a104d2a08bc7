// SPDX-License-Identifier: Apache-2.0

/// A small generator of random numbers with a seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// `count` copies of the bytes, each with one to eight faults: a flipped bit, a byte of noise, a
/// cut, a piece doubled.
func mutants(of bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    var mutant = bytes
    for _ in 0..<Int.random(in: 1...8, using: &generator) where !mutant.isEmpty {
      let index = Int.random(in: 0..<mutant.count, using: &generator)
      switch Int.random(in: 0..<16, using: &generator) {
      case 0: mutant.removeSubrange(index...)
      case 1: mutant.insert(contentsOf: mutant[index..<min(index + 40, mutant.count)], at: index)
      case 2...5: mutant[index] = UInt8.random(in: 0...255, using: &generator)
      default: mutant[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
    }
    return mutant
  }
}
