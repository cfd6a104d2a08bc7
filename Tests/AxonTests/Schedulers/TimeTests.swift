// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Times {
  @Test func `under virtual time hours pass at once, and alarms ring in order`() {
    let scheduler = Scheduler(time: .virtual)
    let order = Record<Int>()
    for hours in [5, 1, 24, 3, 2] {
      scheduler.activate(
        Body { component in
          try await component.sleep(for: .seconds(3600 * hours))
          order.add(hours)
        })
    }
    #expect(scheduler.run().isEmpty)
    #expect(order.entries == [1, 2, 3, 5, 24])
    #expect(scheduler.now - Instant(nanoseconds: 0) == .seconds(24 * 3600))
  }

  @Test func `alarms of one moment ring in the order in which they were set`() {
    let scheduler = Scheduler(time: .virtual)
    let order = Record<Int>()
    for number in 0..<100 {
      scheduler.activate(
        Body { component in
          try await component.sleep(until: Instant(nanoseconds: 1_000_000))
          order.add(number)
        })
    }
    scheduler.run()
    #expect(order.entries == Array(0..<100))
  }

  @Test func `a callback component is woken by its alarm`() {
    final class Ticker: CallbackComponent {
      let record: Record<Instant>
      init(_ record: Record<Instant>) { self.record = record }
      override func mainBody() -> Turn {
        record.add(now)
        if record.count == 5 { return .finished }
        wake(after: .seconds(60))
        return .pause
      }
    }
    let scheduler = Scheduler(time: .virtual)
    let record = Record<Instant>()
    scheduler.activate(Ticker(record))
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == (0..<5).map { Instant(nanoseconds: $0 * 60_000_000_000) })
  }

  @Test func `an alarm that nobody waits for any more doesn't keep its scheduler`() {
    final class Hasty: CallbackComponent {
      override func mainBody() -> Turn {
        wake(after: .seconds(3600))
        return .finished
      }
    }
    weak var old: Scheduler?
    do {
      let scheduler = Scheduler(time: .virtual)
      old = scheduler
      scheduler.activate(Hasty())
      #expect(scheduler.run().isEmpty)
    }
    #expect(old == nil)
  }

  @Test func `a stop ends a sleep`() {
    let scheduler = Scheduler()
    let record = Record<String>()
    let sleeper = scheduler.activate(
      Body { component in
        do {
          try await component.sleep(for: .seconds(3600))
        } catch {
          record.add("\(type(of: error))")
          throw error
        }
      })
    scheduler.activate(
      Body { component in
        await component.yield()
        sleeper.stop()
      })
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["CancellationError"])
    guard case .finished = sleeper.outcome else {
      Issue.record("a stop isn't a failure")
      return
    }
  }

  @Test func `the alarm of a stopped sleeper keeps nothing running`() {
    let scheduler = Scheduler(time: .virtual)
    let paused = scheduler.activate(Body { component in await component.pause() })
    let sleeper = scheduler.activate(
      Body { component in try await component.sleep(for: .seconds(3600)) })
    scheduler.activate(
      Body { component in
        await component.yield()
        sleeper.stop()
      })
    #expect(scheduler.run() == [paused])
    #expect(scheduler.now == Instant(nanoseconds: 0))
    scheduler.stop()
    scheduler.run()
  }

  @Test func `ten thousand sleeps ended early leave nothing behind`() {
    let scheduler = Scheduler(time: .virtual)
    scheduler.activate(
      Body { component in
        for _ in 0..<10_000 {
          let child = component.activate(
            Body { child in try await child.sleep(for: .seconds(3600)) })
          await component.yield()
          child.stop()
          await component.childrenEnded()
        }
      })
    #expect(scheduler.run().isEmpty)
    #expect(scheduler.now == Instant(nanoseconds: 0))
  }

  @Test func `the real clock goes on`() {
    let scheduler = Scheduler()
    let record = Record<Duration>()
    scheduler.activate(
      Body { component in
        let begin = component.now
        try await component.sleep(for: .milliseconds(2))
        record.add(component.now - begin)
      })
    scheduler.run()
    #expect(record.entries.allSatisfy { $0 >= .milliseconds(2) })
  }
}
