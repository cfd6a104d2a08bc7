// SPDX-License-Identifier: Apache-2.0

/// The same chain out of what the standard library has: a task a place, joined by `AsyncStream`s.
enum Streams {
  /// Nanoseconds a hop of `count` messages through a chain of `length` tasks.
  ///
  /// A stream can't make its producer wait: what doesn't fit into `capacity` would be dropped, so they
  /// are unbounded, and `capacity` says how many messages are on the way at a time.
  static func chain(length: Int, count: Int, capacity: Int) -> Double {
    let (start, done) = (cpuNanoseconds(), Flag())
    Task {
      var sum = 0
      var sent = 0
      let (first, feed) = AsyncStream.makeStream(of: Int.self)
      var last = first
      for _ in 0..<length - 1 {
        let (stream, next) = AsyncStream.makeStream(of: Int.self)
        let source = last
        Task {
          for await number in source { next.yield(number) }
          next.finish()
        }
        last = stream
      }
      for number in 0..<min(capacity, count) { feed.yield(number) }
      sent = min(capacity, count)
      for await number in last {
        sum &+= number
        if sent < count {
          feed.yield(sent)
          sent += 1
        } else {
          feed.finish()
        }
      }
      done.give()
    }
    done.wait()
    return Double(cpuNanoseconds() - start) / Double(count * length)
  }
}
