// SPDX-License-Identifier: Apache-2.0

/// An error that ended a component, as it is remembered.
public struct Fault: Sendable, Equatable {
  /// Which one it is since the scheduler began, from 1.
  public let number: Int
  /// When, by the scheduler's clock.
  public let moment: Instant
  /// Name of the component.
  public let component: String
  /// Component, error and what waited, on one line, shortened where it is long.
  public let text: String

  /// A fault to be remembered.
  public init(number: Int, moment: Instant, component: String, text: String) {
    self.number = number
    self.moment = moment
    self.component = component
    self.text = text
  }
}

/// The last faults of a scheduler; from any thread.
final class FaultBook: Sendable {
  /// Faults that are kept.
  static let limit = 16
  private static let textLimit = 240

  private struct Entries {
    var count = 0
    var recent: [Fault] = []
  }

  private let entries = Guarded(Entries())

  func add(_ failure: Failure, at moment: Instant) {
    let text = String("\(failure)".prefix(Self.textLimit))
    entries.withLock { entries in
      entries.count += 1
      if entries.recent.count == Self.limit { entries.recent.removeFirst() }
      entries.recent.append(
        Fault(
          number: entries.count, moment: moment, component: failure.component, text: text))
    }
  }

  /// How many there were, and the last ones, oldest first.
  var all: (count: Int, recent: [Fault]) {
    entries.withLock { ($0.count, $0.recent) }
  }
}
