// SPDX-License-Identifier: Apache-2.0

/// What happened in a simulated run, as one number: each turn of a component, each step of the
/// network.
///
/// Two runs are the same exactly when their traces are equal, also in two processes.
public struct Trace: Sendable, Equatable, CustomStringConvertible {
  /// Turns and steps so far.
  public private(set) var count = 0
  /// Stirred from every one of them, in order.
  public private(set) var hash: UInt64 = 0

  /// "1204 steps, 5a0c07b2e1f3d490".
  public var description: String {
    let digits = String(hash, radix: 16)
    return "\(count) steps, " + String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func add(_ step: UInt64, at moment: Instant) {
    count += 1
    hash = SeededRandom.mix(hash &+ step)
    hash = SeededRandom.mix(hash ^ UInt64(bitPattern: moment.nanoseconds))
  }

  /// A text as a number, the same in every process.
  static func number(of text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
