// SPDX-License-Identifier: Apache-2.0

/// Draws the order of a scheduler's turns and alarms, and takes down what happens.
///
/// On the scheduler's thread only.
final class SeededOrder {
  private var random: SeededRandom
  private(set) var trace = Trace()
  private let tell: (@Sendable (String) -> Void)?
  /// Components as this run counts them: the number in a handle is the whole process's.
  private var ordinals: [Int: Int] = [:]
  private var names: [ObjectIdentifier: (name: String, number: UInt64)] = [:]

  init(seed: UInt64, tell: (@Sendable (String) -> Void)?) {
    random = SeededRandom(seed: seed)
    self.tell = tell
  }

  func shuffle(_ awake: inout [CorePointer]) { unsafe random.shuffle(&awake) }

  /// A rank among the alarms of one moment.
  func draw() -> UInt64 { random.next() }

  func noteTurn(of core: CorePointer, at moment: Instant) {
    guard let handle = unsafe core.pointee.handle?.takeUnretainedValue() else { return }
    let (name, number) = known(handle.type)
    let ordinal = ordinals[handle.number] ?? ordinals.count + 1
    ordinals[handle.number] = ordinal
    trace.add(number &+ UInt64(ordinal), at: moment)
    tell?("\(Self.text(of: moment)) \(name)_\(ordinal)")
  }

  func note(_ step: UInt64, at moment: Instant, _ text: () -> String) {
    trace.add(step, at: moment)
    tell?("\(Self.text(of: moment))   \(text())")
  }

  private func known(_ type: any Any.Type) -> (name: String, number: UInt64) {
    let key = ObjectIdentifier(type)
    if let known = names[key] { return known }
    let name = "\(type)"
    names[key] = (name, Trace.number(of: name))
    return (name, Trace.number(of: name))
  }

  /// Seconds with nine places: "12.000345000".
  private static func text(of moment: Instant) -> String {
    let fraction = String(moment.nanoseconds % 1_000_000_000)
    return "\(moment.nanoseconds / 1_000_000_000)."
      + String(repeating: "0", count: 9 - fraction.count) + fraction
  }
}
