// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct `Schedulers inside components` {
  static let pairs = Form.allCases.flatMap { one in Form.allCases.map { (one, $0) } }

  @Test(arguments: pairs)
  func `every form runs inside, linked with one inside and one outside`(
    form: Form, outside: Form
  ) throws {
    for capacity in [1, 32] {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let source = testSource(outside, 0..<2000)
      let first = testRelay(form, capacity: capacity)
      let second = testRelay(form, capacity: capacity)
      let sink = testSink(outside, record, capacity: capacity)
      try link(source.outbox, to: first.inbox)
      try link(first.outbox, to: second.inbox)
      try link(second.outbox, to: sink.inbox)
      let inner = InnerScheduler()
      inner.add(first)
      inner.add(second)
      scheduler.activate(inner)
      scheduler.activate(source)
      scheduler.activate(sink)
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == Array(0..<2000))
    }
  }

  @Test(arguments: Form.allCases)
  func `two inside each other carry messages in and out`(form: Form) throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = testSource(form, 0..<500)
    let relay = testRelay(form, capacity: 3)
    let sink = testSink(form, record, capacity: 2)
    try link(source.outbox, to: relay.inbox)
    try link(relay.outbox, to: sink.inbox)
    let innermost = InnerScheduler()
    innermost.add(source)
    innermost.add(
      Body { component in
        try await component.sleep(for: .milliseconds(1))
        record.add(-1)
      })
    let middle = InnerScheduler()
    middle.add(innermost)
    middle.add(relay)
    scheduler.activate(middle)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries.filter { $0 >= 0 } == Array(0..<500))
    #expect(record.entries.contains(-1))
  }

  @Test func `timers inside go by the clock outside`() {
    let scheduler = Scheduler(time: .virtual)
    let order = Record<Int>()
    let innermost = InnerScheduler()
    let inner = InnerScheduler()
    for hours in [5, 1, 24] {
      let sleeper = Body { component in
        try await component.sleep(for: .seconds(3600 * hours))
        #expect(component.now == Instant(nanoseconds: 0) + .seconds(3600 * hours))
        order.add(hours)
      }
      if hours == 5 { innermost.add(sleeper) } else { inner.add(sleeper) }
    }
    inner.add(innermost)
    scheduler.activate(inner)
    scheduler.activate(
      Body { component in
        try await component.sleep(for: .seconds(3600 * 2))
        order.add(2)
      })
    #expect(scheduler.run().isEmpty)
    #expect(order.entries == [1, 2, 5, 24])
  }

  @Test func `the alarm of a sleeper stopped inside keeps nobody running`() {
    let scheduler = Scheduler(time: .virtual)
    let inner = InnerScheduler()
    inner.add(
      Body { component in
        let child = component.activate(
          Body { child in try await child.sleep(for: .seconds(3600)) })
        for _ in 0..<3 { await component.yield() }
        child.stop()
        await component.childrenEnded()
      })
    scheduler.activate(inner)
    #expect(scheduler.run().isEmpty)
    #expect(scheduler.now == Instant(nanoseconds: 0))
  }

  @Test(arguments: homely)
  func `a crowd inside that never sleeps leaves the others their turns`(form: Form) {
    let scheduler = Scheduler()
    let (inside, outside) = (Record<Int>(), Record<Int>())
    let inner = InnerScheduler(turnsAtOnce: 10)
    for number in 0..<1000 {
      switch form {
      case .callback:
        inner.add(
          Turns { component in
            inside.add(number)
            return component.isStopping ? .finished : .again
          })
      default:
        inner.add(
          Body { component in
            while !component.isStopping {
              inside.add(number)
              await component.yield()
            }
          })
      }
    }
    let crowd = scheduler.activate(inner)
    scheduler.activate(
      Body { component in
        for _ in 0..<50 {
          outside.add(inside.count)
          await component.yield()
        }
        crowd.stop()
      })
    #expect(scheduler.run().isEmpty)
    let counts = outside.entries
    for (before, after) in zip(counts, counts.dropFirst()) { #expect(after - before <= 10) }
    #expect(counts.last == 10 * 49 || counts.last == 10 * 50)
    #expect(Set(inside.entries.prefix(490)).count == 490, "each once before any twice")
  }

  @Test func `an error inside ends one component, is reported, and touches nobody outside`() {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    let ends = Record<Int>()
    let inner = InnerScheduler()
    for number in 0..<10 {
      inner.add(
        Body { component in
          await component.yield()
          if number == 5 { throw Mishap() }
          await component.yield()
          ends.add(number)
        })
    }
    let handle = scheduler.activate(inner)
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries == ["Mishap()"])
    #expect(ends.count == 9)
    guard case .finished = handle.outcome else {
      Issue.record("an error inside isn't one of the component around")
      return
    }
  }

  @Test(arguments: [true, false])
  func `stop ends all inside, and then the component around`(isStarted: Bool) {
    for _ in 0..<50 {
      let scheduler = Scheduler()
      let (begins, ends) = (Record<Int>(), Record<String>())
      let inner = InnerScheduler()
      inner.add(
        Body { component in
          begins.add(1)
          _ = await component.inbox.next()
          ends.add("next")
        })
      inner.add(
        Body { component in
          try? await component.sleep(for: .seconds(3600))
          await component.yield()
          ends.add("sleep")
        })
      inner.add(
        Blocking { component in
          _ = component.inbox.blockingNext()
          ends.add("thread")
        })
      inner.add(Turns { _ in .again })
      let innermost = InnerScheduler()
      innermost.add(
        Body { component in
          await component.pause()
          ends.add("innermost")
        })
      innermost.add(Body { component in try await component.sleep(for: .seconds(3600)) })
      inner.add(innermost)
      let handle: Handle
      if isStarted {
        scheduler.start()
        handle = scheduler.activate(inner)
        while begins.count == 0 {}
        scheduler.stop()
      } else {
        handle = scheduler.activate(inner)
        scheduler.activate(
          Body { component in
            for _ in 0..<3 { await component.yield() }
            handle.stop()
          })
        #expect(scheduler.run().isEmpty)
      }
      #expect(!handle.isRunning)
      #expect(ends.entries.sorted() == ["innermost", "next", "sleep", "thread"])
    }
  }

  @Test func `stopped before its first turn, it ends with those inside`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = AsyncSource(0..<10)
    let sink = testSink(.async, record)
    try link(source.outbox, to: sink.inbox)
    let inner = InnerScheduler()
    inner.add(source)
    scheduler.activate(inner).stop()
    let end = scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(!end.isRunning)
    #expect(record.count == 0)
  }

  @Test func `it ends when nobody inside can be woken any more, and stops them`() throws {
    let scheduler = Scheduler()
    let ends = Record<Int>()
    let inner = InnerScheduler()
    let (one, other) = (CallbackRelay(), CallbackRelay())
    try link(one.outbox, to: other.inbox)
    try link(other.outbox, to: one.inbox)
    inner.add(one)
    inner.add(other)
    inner.add(
      Body { component in
        await component.pause()
        ends.add(1)
      })
    let handle = scheduler.activate(inner)
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning)
    #expect(ends.entries == [1])
  }

  @Test func `25: sleepers in a circle through inside and outside are named`() throws {
    let scheduler = Scheduler()
    let (inside, outside) = (CallbackRelay(), AsyncRelay())
    try link(inside.outbox, to: outside.inbox)
    try link(outside.outbox, to: inside.inbox)
    let inner = InnerScheduler()
    inner.add(inside)
    scheduler.activate(inner)
    scheduler.activate(outside)
    let names = scheduler.run().map { $0.name.prefix { $0 != "_" } }.sorted()
    #expect(names == ["AsyncRelay", "CallbackRelay", "InnerScheduler"])
    scheduler.stop()
    #expect(scheduler.run().isEmpty)
  }

  @Test func `plain code feeds a component inside from another thread`() throws {
    for _ in 0..<20 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let sink = testSink(.async, record, capacity: 100_000)
      let feed = Outbox<Int>()
      try link(feed, to: sink.inbox)
      let inner = InnerScheduler()
      inner.add(sink)
      scheduler.activate(inner)
      onThreads([
        { #expect(scheduler.run().isEmpty) },
        {
          for number in 0..<1000 { feed.post(number) }
          feed.finish()
        },
      ])
      #expect(record.entries == Array(0..<1000))
    }
  }

  @Test func `a task that waits outside wakes a component inside`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let inner = InnerScheduler()
    inner.add(
      Body { _ in
        try await Task.sleep(for: .milliseconds(5))
        record.add(1)
      })
    scheduler.activate(inner)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [1])
  }

  @Test func `a component outside has children inside`() {
    let scheduler = Scheduler()
    let record = Record<String>()
    let inner = InnerScheduler()
    inner.add(
      Body { component in
        let neighbour = component.handle
        record.add("inside")
        component.activate(
          Body { child in
            record.add("child")
            child.activate(Body { _ in record.add("beside") }, on: .beside(neighbour))
            await child.childrenEnded()
          }, on: .here)
        await component.childrenEnded()
      })
    scheduler.activate(inner)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["inside", "child", "beside"])
  }

  @Test func `inner schedulers on a group, all linked in a ring, carry a number round`() throws {
    for round in 0..<50 {
      let schedulers = Schedulers(count: 2)
      let count = Record<Int>()
      let players = (0..<4).map { place in
        let player: any NumberRelay =
          place % 2 == 0
          ? Body { component in
            while let number = await component.inbox.next() {
              count.add(number)
              await component.outbox.send(number + 1)
              if number >= 200 { return }
            }
          }
          : Turns { component in
            while let number = component.inbox.take() {
              count.add(number)
              component.outbox.post(number + 1)
              if number >= 200 { return .finished }
            }
            return .pause
          }
        return player
      }
      for place in 0..<4 { try link(players[place].outbox, to: players[(place + 1) % 4].inbox) }
      let start = AsyncSource(0..<1)
      try link(start.outbox, to: players[0].inbox)
      let seeds = SeedBox(players)
      for place in 0..<4 {
        let inner = InnerScheduler()
        inner.add(seeds.take(place))
        schedulers.activate(inner, on: .number((place + round) % 2))
      }
      schedulers.activate(start)
      #expect(schedulers.run().isEmpty)
      #expect(Array(count.entries.prefix(201)) == Array(0...200))
    }
  }

  @Test func `nothing is kept of an inner scheduler that has ended`() throws {
    weak var gone: Scheduler?
    do {
      let scheduler = Scheduler()
      gone = scheduler
      let record = Record<Int>()
      let inner = InnerScheduler()
      for form in Form.allCases {
        let source = testSource(form, 0..<100)
        let sink = testSink(form, record)
        try link(source.outbox, to: sink.inbox)
        inner.add(source)
        scheduler.activate(sink)
      }
      scheduler.activate(inner)
      #expect(scheduler.run().isEmpty)
      #expect(record.count == 300)
    }
    #expect(gone == nil)
  }
}
