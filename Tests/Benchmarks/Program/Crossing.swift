// SPDX-License-Identifier: Apache-2.0
import Axon

/// Work on two schedulers, each on a thread of its own, timed by the clock on the wall.
enum Crossing {
  /// Nanoseconds a hop through a chain whose halves live on two schedulers.
  static func halves(length: Int, count: Int) throws -> Double {
    let (one, other) = (Scheduler(), Scheduler())
    let source = Hops.AsyncSource(count)
    var last = source.outbox
    one.activate(source)
    for place in 1..<length {
      let pass = Hops.AsyncPass(capacity: 32)
      try link(last, to: pass.inbox)
      last = pass.outbox
      (place < length / 2 ? one : other).activate(pass)
    }
    let sink = Last(expecting: count)
    try link(last, to: sink.inbox)
    other.activate(sink)
    return time(one, other, until: sink.done) / Double(count * length)
  }

  /// Nanoseconds a message from producers on two schedulers to one sink.
  static func producers(_ producers: Int, count: Int) throws -> Double {
    let (one, other) = (Scheduler(), Scheduler())
    let sink = Last(expecting: producers * count)
    for place in 0..<producers {
      let source = Hops.AsyncSource(count)
      try link(source.outbox, to: sink.inbox)
      (place.isMultiple(of: 2) ? one : other).activate(source)
    }
    other.activate(sink)
    return time(one, other, until: sink.done) / Double(producers * count)
  }

  /// How many times faster two pipelines are on two schedulers than on one.
  static func speedUp(length: Int, count: Int) throws -> Double {
    let together = try twoPipelines(length: length, count: count, onOne: true)
    return together / (try twoPipelines(length: length, count: count, onOne: false))
  }

  private static func twoPipelines(length: Int, count: Int, onOne: Bool) throws -> Double {
    let (one, other) = (Scheduler(), Scheduler())
    var ends: [Flag] = []
    for number in 0..<2 {
      let scheduler = onOne || number == 0 ? one : other
      let source = Hops.AsyncSource(count)
      var last = source.outbox
      scheduler.activate(source)
      for _ in 1..<length {
        let pass = Hops.AsyncPass(capacity: 32)
        try link(last, to: pass.inbox)
        last = pass.outbox
        scheduler.activate(pass)
      }
      let sink = Last(expecting: count)
      try link(last, to: sink.inbox)
      ends.append(sink.done)
      scheduler.activate(sink)
    }
    return time(one, other, until: ends[0], ends[1])
  }

  private static func time(_ one: Scheduler, _ other: Scheduler, until ends: Flag...) -> Double {
    let start = wallNanoseconds()
    one.start()
    other.start()
    for end in ends { end.wait() }
    let time = Double(wallNanoseconds() - start)
    one.stop()
    other.stop()
    return time
  }
}
