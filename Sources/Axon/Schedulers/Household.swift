// SPDX-License-Identifier: Apache-2.0

/// Homes that end together: none of them alone knows whether it can be woken once more.
///
/// The schedulers of a group, and the threads of the threaded components on them. A home with
/// nothing to do that waits for no moment of the real clock and for no descriptor *rests*. While one
/// is up it may wake the others; an errand makes its home rise before whoever left it can rest.
/// So when all rest at once, no message is on its way, and only the clock, if it is virtual, or
/// somebody outside can wake them.
final class Household: Sendable {
  /// What a home says when it goes to rest.
  struct Rest {
    let home: Home
    /// Somebody outside the household may wake it.
    var isExpecting = false
    /// Whether it has looked at every component for that, which takes its time.
    var isCertain = true
    /// What it waits for by a virtual clock.
    var soonest: Instant?
    /// Whether it leaves when all is over; a thread stays parked.
    var isScheduler = true
  }

  private struct State {
    var homes = 0
    var resting: [ObjectIdentifier: Rest] = [:]
    var isOver = false
    var now = Instant(nanoseconds: 0)
  }

  private let state = Guarded(State())

  /// The virtual clock.
  var virtualNow: Instant { state.withLock { $0.now } }

  /// Whether all rested and nobody could wake one of them.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Whether every home but one rests, which then is the caller's.
  var isLastAwake: Bool { state.withLock { $0.resting.count == $0.homes - 1 } }

  /// Whether nobody else lives here.
  var isAlone: Bool { state.withLock { $0.homes <= 1 } }

  /// Begins anew, also after all was over, with so many homes more.
  func open(with homes: Int = 1) {
    state.withLock { state in
      state.isOver = false
      state.homes += homes
    }
  }

  /// A home more; the caller lives here already.
  func join() { state.withLock { $0.homes += 1 } }

  /// A home has ended; what is left may all rest.
  func leave(_ home: Home) {
    let woken = state.withLock { state in
      state.homes -= 1
      state.resting[ObjectIdentifier(home)] = nil
      return Self.decide(&state)
    }
    for home in woken { home.wakeThread() }
  }

  /// Notes that a home rests.
  ///
  /// - Returns: the homes that must look again, this one perhaps among them.
  func rest(_ rest: Rest) -> [Home] {
    state.withLock { state in
      state.resting[ObjectIdentifier(rest.home)] = rest
      return Self.decide(&state)
    }
  }

  /// A home is up, or somebody left it an errand.
  func rise(_ home: Home) {
    state.withLock { _ = $0.resting.removeValue(forKey: ObjectIdentifier(home)) }
  }

  /// When all rest: lets time pass, or the end come.
  private static func decide(_ state: inout State) -> [Home] {
    guard state.homes > 0, state.resting.count == state.homes, !state.isOver else { return [] }
    let rests = state.resting.values
    if let soonest = rests.compactMap(\.soonest).min() {
      state.now = max(state.now, soonest)
      return rests.filter { $0.soonest == soonest }.map(\.home)
    }
    if rests.contains(where: { $0.isExpecting }) { return [] }
    // One after the other: the last one awake looks closely.
    if let unsure = rests.first(where: { !$0.isCertain }) { return [unsure.home] }
    state.isOver = true
    return rests.filter(\.isScheduler).map(\.home)
  }
}
