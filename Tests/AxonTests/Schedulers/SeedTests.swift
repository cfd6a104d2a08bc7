// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

/// Who had a turn, of six components that each have a hundred; half of them callbacks.
private func turns(seed: UInt64, pausing: Bool = false) -> (order: [Int], trace: Trace) {
  let scheduler = Scheduler(seed: seed)
  let order = Record<Int>()
  for number in 0..<6 {
    if number.isMultiple(of: 2) {
      scheduler.activate(
        Body { component in
          for _ in 0..<100 {
            order.add(number)
            if pausing {
              try await component.sleep(for: .seconds(1))
            } else {
              await component.yield()
            }
          }
        })
    } else {
      var turns = 0
      scheduler.activate(
        Turns { component in
          order.add(number)
          turns += 1
          if pausing { component.wake(after: .seconds(1)) }
          return turns == 100 ? .finished : pausing ? .pause : .again
        })
    }
  }
  #expect(scheduler.run().isEmpty)
  return (order.entries, scheduler.trace)
}

@Suite struct Seeds {
  @Test(arguments: 1...20, [false, true])
  func `21: each awake component has one turn a pass, in whatever order`(
    seed: UInt64, pausing: Bool
  ) {
    let (order, _) = turns(seed: seed, pausing: pausing)
    #expect(order.count == 600)
    for pass in stride(from: 0, to: 600, by: 6) {
      #expect(order[pass..<pass + 6].sorted() == Array(0..<6))
    }
  }

  @Test(arguments: [false, true])
  func `one seed gives one order, and other seeds give others`(pausing: Bool) {
    let first = turns(seed: 1, pausing: pausing)
    let again = turns(seed: 1, pausing: pausing)
    #expect(first.order == again.order)
    #expect(first.trace == again.trace)
    let others = (2..<10).map { turns(seed: $0, pausing: pausing) }
    #expect(others.allSatisfy { $0.order != first.order && $0.trace != first.trace })
    // Not one order for the whole run, but a new one each pass.
    let passes = stride(from: 0, to: 600, by: 6).map { Array(first.order[$0..<$0 + 6]) }
    #expect(Set(passes).count > 50)
  }

  @Test func `alarms of one moment ring in an order of the seed's`() {
    func order(_ seed: UInt64) -> [Int] {
      let scheduler = Scheduler(seed: seed)
      let order = Record<Int>()
      for number in 0..<20 {
        scheduler.activate(
          Body { component in
            try await component.sleep(until: Instant(nanoseconds: 1_000))
            order.add(number)
          })
      }
      scheduler.run()
      return order.entries
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    #expect(order(1).sorted() == Array(0..<20))
  }

  @Test func `every step is told, with its time and the component as this run counts it`() {
    let lines = Record<String>()
    let scheduler = Scheduler(seed: 1, trace: lines.add)
    scheduler.activate(Body { try await $0.sleep(for: .milliseconds(1_500)) })
    scheduler.run()
    #expect(lines.entries == ["0.000000000 Body_1", "1.500000000 Body_1"])
    #expect(scheduler.trace.count == 2)
  }

  @Test func `the numbers of a seed are the same everywhere`() {
    // Reference: the C code of SplitMix64, https://prng.di.unimi.it/splitmix64.c, seed 1234567.
    var random = SeededRandom(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test func `chance keeps to its bounds`() {
    var random = SeededRandom(seed: 3)
    let numbers = (0..<1_000).map { _ in random.number(in: -2...2) }
    #expect(Set(numbers) == [-2, -1, 0, 1, 2])
    #expect((0..<1_000).allSatisfy { _ in random.chance(1) && !random.chance(0) })
    let hits = (0..<1_000).count { _ in random.chance(0.3) }
    #expect((200...400).contains(hits))
    let times = (0..<1_000).map { _ in random.time(in: .seconds(1) ... .seconds(2)) }
    #expect(times.allSatisfy { (.seconds(1) ... .seconds(2)).contains($0) })
    var cards = Array(0..<52)
    random.shuffle(&cards)
    #expect(cards != Array(0..<52) && cards.sorted() == Array(0..<52))
  }
}

@Suite struct `Virtual time beside threads` {
  @Test func `the clock jumps while a threaded component waits for a message`() throws {
    let scheduler = Scheduler(time: .virtual)
    let record = Record<Int>()
    let sink = testSink(.threaded, record)
    let ticker = Ticker()
    try link(ticker.outbox, to: sink.inbox)
    scheduler.activate(sink)
    scheduler.activate(ticker)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<100))
    #expect(scheduler.now == Instant(nanoseconds: 360_000_000_000_000))
  }

  @Test func `the clock stands still while a thread is at work`() throws {
    for _ in 0..<50 {
      let scheduler = Scheduler(time: .virtual)
      let record = Record<Instant>()
      let source = testSource(.threaded, 0..<100)
      let sink = Stamping(record)
      try link(source.outbox, to: sink.inbox)
      scheduler.activate(sink)
      scheduler.activate(source)
      scheduler.activate(Body { try await $0.sleep(for: .seconds(1)) })
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == Array(repeating: Instant(nanoseconds: 0), count: 100))
    }
  }
}

/// A number each hour.
private final class Ticker: Component {
  let outbox = Outbox<Int>()
  override func main() async throws {
    for number in 0..<100 {
      try await sleep(for: .seconds(3_600))
      await outbox.send(number)
    }
  }
}

/// Writes down when each message came.
private final class Stamping: Component {
  let inbox = Inbox<Int>()
  private let record: Record<Instant>
  init(_ record: Record<Instant>) { self.record = record }
  override func main() async throws {
    while await inbox.next() != nil { record.add(now) }
  }
}
