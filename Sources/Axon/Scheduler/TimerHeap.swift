// SPDX-License-Identifier: Apache-2.0

/// What a timer does when it is due.
enum Alarm {
  case wake(Handle)
  case resume(Sleep)
  case call(() -> Void)
  case host(HostAlarm)

  /// Whether it would do nothing any more: who set it has ended or was stopped.
  var isSpent: Bool {
    switch self {
    case .wake(let handle): !handle.isRunning
    case .resume(let sleep): sleep.isDone
    case .call: false
    case .host(let alarm): alarm.isSpent
    }
  }
}

/// One sleep of an async component: resumed by its timer or by the component's stop, once.
@safe
final class Sleep {
  private var continuation: UnsafeContinuation<Void, Never>?

  var isDone: Bool { unsafe continuation == nil }

  init(_ continuation: UnsafeContinuation<Void, Never>) {
    unsafe self.continuation = continuation
  }

  func resume() {
    guard let continuation = unsafe continuation else { return }
    unsafe self.continuation = nil
    unsafe continuation.resume()
  }
}

/// Timers, soonest first; those of one moment in the order in which they were set, or by rank.
struct TimerHeap {
  private struct Entry {
    let moment: Instant
    let order: UInt64
    let alarm: Alarm

    func isBefore(_ other: Entry) -> Bool {
      (moment, order) < (other.moment, other.order)
    }
  }

  private var entries: [Entry] = []
  private var set: UInt64 = 0
  /// How many entries it takes to look for spent ones: stopped sleepers mustn't pile up.
  private var sweepAt = 64

  var isEmpty: Bool { entries.isEmpty }
  var soonest: Instant? { entries.first?.moment }

  /// Adds a timer; those of one moment keep their order, unless they have ranks.
  mutating func insert(at moment: Instant, _ alarm: Alarm, rank: UInt64? = nil) {
    set += 1
    if entries.count >= sweepAt { sweep() }
    entries.append(Entry(moment: moment, order: rank ?? set, alarm: alarm))
    var place = entries.count - 1
    while place > 0, entries[place].isBefore(entries[(place - 1) / 2]) {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes out the soonest ones as far as they are spent.
  mutating func dropSpent() {
    while let first = entries.first, first.alarm.isSpent { _ = removeFirst(dueAt: first.moment) }
  }

  /// Takes out all that are spent.
  mutating func sweep() {
    // A sorted array is a heap.
    entries = entries.filter { !$0.alarm.isSpent }.sorted { $0.isBefore($1) }
    sweepAt = max(64, 2 * entries.count)
  }

  /// Takes out the soonest, if it is due.
  mutating func removeFirst(dueAt now: Instant) -> Alarm? {
    guard let first = entries.first, first.moment <= now else { return nil }
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < entries.count && entries[child].isBefore(entries[least]) {
        least = child
      }
      if least == place { return first.alarm }
      entries.swapAt(place, least)
      place = least
    }
  }
}
