// SPDX-License-Identifier: Apache-2.0

/// Says when what is sent at a constant rate is due: exact at any length of time.
///
/// ```swift
/// var rate = ConstantRate(unitsPerSecond: 100, debt: .paid)
/// rate.due                        // 0 s
/// rate.send(25, at: .zero)
/// rate.due                        // 0.25 s
/// ```
/// A unit is whatever is counted: bits, bytes, messages. All times are since the start.
public struct ConstantRate: Sendable {
  /// What happens when the sender was held up.
  public enum Debt: Sendable {
    /// What was missed is sent at once, until the stream is in time again.
    case paid
    /// So many units of what was missed are sent at once, the rest is forgiven.
    case bounded(units: Int)
    /// What was missed is forgiven: the stream goes on from now at its rate.
    case forgiven
  }

  /// How fast.
  public let unitsPerSecond: Int
  /// What happens when the sender was held up.
  public let debt: Debt
  private var sent: Int128 = 0
  private var base: Duration = .zero

  /// Starts a stream whose first units are due at 0.
  ///
  /// - Parameters:
  ///   - unitsPerSecond: 1 or more.
  ///   - debt: what happens when the sender was held up.
  public init(unitsPerSecond: Int, debt: Debt) {
    precondition(unitsPerSecond > 0, "a rate must be more than 0, not \(unitsPerSecond)")
    if case .bounded(let units) = debt {
      precondition(units >= 0, "a bound must not be less than 0, as \(units) is")
    }
    self.unitsPerSecond = unitsPerSecond
    self.debt = debt
  }

  /// When the next units are due, since the start.
  public var due: Duration { base + time(of: sent) }

  /// Counts units as sent.
  ///
  /// - Parameters:
  ///   - units: how many, 0 or more.
  ///   - now: when, since the start.
  public mutating func send(_ units: Int, at now: Duration) {
    let late = now - due
    switch debt {
    case .paid: break
    case .bounded(let most):
      if late > time(of: Int128(most)) { restart(at: now - time(of: Int128(most))) }
    case .forgiven:
      // Within the time of what is sent now, being late is the clock's grain and no stall.
      if late > time(of: Int128(units)) { restart(at: now) }
    }
    sent += Int128(units)
  }

  private mutating func restart(at moment: Duration) {
    base = moment
    sent = 0
  }

  /// How long so many units take; each computed from the rate, so that nothing adds up.
  private func time(of units: Int128) -> Duration {
    // Whole seconds apart, so that no count of units is too large.
    let (seconds, rest) = units.quotientAndRemainder(dividingBy: Int128(unitsPerSecond))
    return .seconds(seconds)
      + Duration(attoseconds: rest * 1_000_000_000_000_000_000 / Int128(unitsPerSecond))
  }
}
