// SPDX-License-Identifier: Apache-2.0

/// A moment of a scheduler's clock.
public struct Instant: Sendable, Hashable, Comparable {
  /// Nanoseconds since an arbitrary start.
  public var nanoseconds: Int64

  /// A moment so many nanoseconds after the clock's start.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Earlier first.
  public static func < (one: Instant, other: Instant) -> Bool {
    one.nanoseconds < other.nanoseconds
  }

  /// A moment later by this much.
  public static func + (moment: Instant, time: Duration) -> Instant {
    Instant(nanoseconds: moment.nanoseconds &+ time.inNanoseconds)
  }

  /// Time between two moments.
  public static func - (one: Instant, other: Instant) -> Duration {
    .nanoseconds(one.nanoseconds &- other.nanoseconds)
  }
}

extension Duration {
  /// Whole nanoseconds, within what 64 bits hold.
  public var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if isTooLong { return seconds < 0 ? .min / 2 : .max / 2 }
    return whole &+ attoseconds / 1_000_000_000
  }
}

/// What tells a scheduler the time.
public enum TimeSource: Sendable {
  /// The machine's monotonic clock.
  case monotonic
  /// A clock that stands still while anything runs and jumps to the next timer when all sleep: hours
  /// pass in milliseconds, always in the same order.
  ///
  /// It waits for threaded components until they wait for a message themselves. While a descriptor
  /// of the kernel's is watched it never jumps: what is under way there takes real time.
  case virtual
}
