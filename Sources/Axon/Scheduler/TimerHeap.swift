// SPDX-License-Identifier: Apache-2.0

/// What a timer does when it is due.
enum Alarm {
  case wake(Handle)
  case resume(Sleep)
  case call(() -> Void)
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

/// Timers, soonest first; those of one moment in the order in which they were set.
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

  var isEmpty: Bool { entries.isEmpty }
  var soonest: Instant? { entries.first?.moment }

  mutating func insert(at moment: Instant, _ alarm: Alarm) {
    set += 1
    entries.append(Entry(moment: moment, order: set, alarm: alarm))
    var place = entries.count - 1
    while place > 0, entries[place].isBefore(entries[(place - 1) / 2]) {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
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
