// SPDX-License-Identifier: Apache-2.0

/// How many restarts are too many: more than a number of them within a time.
public struct RestartLimit: Sendable {
  /// Restarts that are allowed within the time.
  public let count: Int
  /// How long a restart counts.
  public let time: Duration
  private var moments: [Instant] = []

  /// A limit that has counted nothing.
  ///
  /// - Parameters:
  ///   - count: restarts that are allowed, 0 or more.
  ///   - time: within this time, more than 0.
  public init(_ count: Int, within time: Duration) {
    precondition(count >= 0 && time > .zero, "a limit is 0 or more restarts in more than 0 s")
    self.count = count
    self.time = time
  }

  /// Counts a restart.
  ///
  /// - Parameter now: when it is wanted.
  /// - Returns: how many there were within the time, this one included; `nil` when that is too many.
  mutating func restart(at now: Instant) -> Int? {
    moments.removeAll { $0 + time <= now }
    guard moments.count < count else { return nil }
    moments.append(now)
    return moments.count
  }
}

/// How long a supervisor waits before a restart: longer for each one that is still counted.
public struct BackOff: Sendable {
  /// Before the first.
  public let first: Duration
  /// How many times as long before each further one.
  public let factor: Int
  /// Never longer than this.
  public let longest: Duration

  /// No wait at all.
  public static let none = BackOff(first: .zero, longest: .zero)

  /// A wait that grows.
  ///
  /// - Parameters:
  ///   - first: before the first restart.
  ///   - factor: how many times as long before each further one, 1 or more.
  ///   - longest: never longer than this.
  public init(first: Duration, factor: Int = 2, longest: Duration) {
    precondition(first >= .zero && factor >= 1, "a wait doesn't shrink")
    self.first = first
    self.factor = factor
    self.longest = longest
  }

  /// The wait before a restart.
  ///
  /// - Parameter recent: restarts within the limit's time, this one included.
  /// - Returns: the wait.
  func delay(recent: Int) -> Duration {
    var delay = min(first, longest)
    for _ in 1..<max(1, recent) where delay < longest { delay = min(delay * factor, longest) }
    return delay
  }
}
