// SPDX-License-Identifier: Apache-2.0

/// Random numbers that the same seed gives again, on every machine: SplitMix64.
///
/// All chance of a simulated run comes from here; the language's own generator, and the order of
/// its sets and dictionaries, differ from process to process.
public struct SeededRandom: Sendable, RandomNumberGenerator {
  private var state: UInt64

  /// A generator at the beginning of the seed's row of numbers.
  public init(seed: UInt64) { state = seed }

  /// The next number, each of 64 bits even.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number's bits stirred, so that neighbours look unlike.
  static func mix(_ number: UInt64) -> UInt64 {
    var bits = number
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A generator of its own, whose draws don't disturb this one's.
  public mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

  /// A whole number within the range, each equally likely.
  public mutating func number(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(range.upperBound - range.lowerBound) &+ 1
    return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
  }

  /// A time within the range.
  public mutating func time(in range: ClosedRange<Duration>) -> Duration {
    if range.lowerBound == range.upperBound { return range.lowerBound }
    let span = 0...Int((range.upperBound - range.lowerBound).inNanoseconds)
    return range.lowerBound + .nanoseconds(number(in: span))
  }

  /// Whether something happens that happens so often: 0 never, 1 always.
  public mutating func chance(_ probability: Double) -> Bool {
    if probability <= 0 { return false }
    return Double(next() >> 11) * 0x1p-53 < probability
  }

  /// Puts the elements in an order drawn from the seed.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for place in (1..<elements.count).reversed() {
      elements.swapAt(place, number(in: 0...place))
    }
  }
}
