// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc
import Testing

@Suite struct SoleSchedulers {  // AXON 19-25
  @Test func `19: a scheduler with no components ends at once`() {
    #expect(Scheduler().run().isEmpty)
  }

  @Test func `20: every component runs to its end, then run returns`() {
    let scheduler = Scheduler()
    let ends = Record<Int>()
    for number in 1...50 {
      if number.isMultiple(of: 2) {
        scheduler.activate(
          Body { component in
            for _ in 0..<number { await component.yield() }
            ends.add(number)
          })
      } else {
        var turns = 0
        scheduler.activate(
          Turns { _ in
            turns += 1
            if turns <= number { return .again }
            ends.add(number)
            return .finished
          })
      }
    }
    #expect(scheduler.run().isEmpty)
    #expect(ends.entries == Array(1...50))
  }

  @Test func `21: no component is resumed twice before every awake one was resumed once`() {
    let scheduler = Scheduler()
    let order = Record<Int>()
    for number in 0..<6 {
      if number.isMultiple(of: 2) {
        scheduler.activate(
          Body { component in
            for _ in 0..<100 {
              order.add(number)
              await component.yield()
            }
          })
      } else {
        var turns = 0
        scheduler.activate(
          Turns { _ in
            order.add(number)
            turns += 1
            return turns == 100 ? .finished : .again
          })
      }
    }
    scheduler.run()
    #expect(order.entries == (0..<100).flatMap { _ in 0..<6 })
  }

  @Test func `21b: an endless sender whom nobody hears starves nobody`() throws {
    let scheduler = Scheduler()
    let wasHeard = Record<Bool>()
    let record = Record<Int>()
    let endless = Body { component in
      while !component.isStopping { await component.outbox.send(1) }
      wasHeard.add(component.outbox.isHeard)
    }
    let handle = scheduler.activate(endless)
    let source = AsyncSource(0..<10_000)
    let sink = testSink(.callback, record)
    try link(source.outbox, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(sink)
    scheduler.activate(
      Body { component in
        while record.count < 10_000 { await component.yield() }
        handle.stop()
      })
    #expect(scheduler.run().isEmpty)
    #expect(wasHeard.entries == [false])
  }

  @Test func `21c: an endless pair that is always ready starves nobody`() throws {
    let scheduler = Scheduler()
    let endless = Body { component in
      while await component.outbox.send(1) {}
    }
    let sink = Body { component in
      while await component.inbox.next() != nil {}
    }
    try link(endless.outbox, to: sink.inbox)
    let handle = scheduler.activate(endless)
    scheduler.activate(sink)
    scheduler.activate(
      Body { component in
        for _ in 0..<1000 { await component.yield() }
        handle.stop()
      })
    #expect(scheduler.run().isEmpty)
  }

  @Test func `22: waking an awake component or pausing a paused one changes nothing`() throws {
    let scheduler = Scheduler()
    let log = Record<String>()
    let paused = scheduler.activate(
      Body { component in
        await component.pause()
        log.add("woken")
        await component.pause()
        log.add("woken again")
      })
    let callback = scheduler.activate(
      Turns { _ in
        log.add("turn")
        return .pause
      })
    scheduler.activate(
      Body { component in
        await component.yield()
        for _ in 0..<10 {
          paused.wake()
          callback.wake()
        }
      })
    #expect(Set(scheduler.run()) == [paused, callback])
    #expect(log.entries == ["turn", "woken", "turn"])
    scheduler.stop()
    scheduler.run()
  }

  @Test func `23: an error ends one component, and 999 others finish`() {
    let faults = Record<String>()
    let ends = Record<Int>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    for number in 0..<1000 {
      scheduler.activate(
        Body { component in
          await component.yield()
          if number == 500 { throw Mishap() }
          await component.yield()
          ends.add(number)
        })
    }
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries == ["Mishap()"])
    #expect(ends.entries == Array(0..<1000).filter { $0 != 500 })
  }

  @Test func `24: stop ends every component of a started scheduler and joins its threads`() throws {
    let scheduler = Scheduler()
    let ends = Record<String>()
    scheduler.start()
    let handles = [
      scheduler.activate(
        Body { component in
          _ = await component.inbox.next()
          ends.add("next")
        }),
      scheduler.activate(
        Body { component in
          await component.pause()
          ends.add("pause")
        }),
      scheduler.activate(
        Body { component in
          try? await component.sleep(for: .seconds(3600))
          ends.add("sleep")
        }),
      scheduler.activate(
        Body { component in
          while !component.isStopping { await component.yield() }
          ends.add("yield")
        }),
      scheduler.activate(Turns { _ in .pause }),
      scheduler.activate(Turns { _ in .again }),
      scheduler.activate(
        Blocking { component in
          _ = component.inbox.blockingNext()
          ends.add("thread")
        }),
    ]
    scheduler.stop()
    #expect(handles.allSatisfy { !$0.isRunning })
    #expect(ends.entries.sorted() == ["next", "pause", "sleep", "thread", "yield"])
  }

  @Test func `24b: stop closes every descriptor and frees the scheduler`() async {
    await #expect(processExitsWith: .success) {
      let before = openDescriptors()
      for _ in 0..<50 {
        let scheduler = Scheduler()
        scheduler.start()
        scheduler.activate(Body { component in await component.pause() })
        scheduler.activate(Blocking { component in _ = component.inbox.blockingNext() })
        scheduler.stop()
      }
      // Each had two; the test library itself opens a few at its own time.
      precondition(openDescriptors() < before + 20)
    }
  }

  @Test func `24c: nothing is kept of a scheduler whose components have ended`() throws {
    weak var gone: Scheduler?
    do {
      let scheduler = Scheduler()
      gone = scheduler
      let record = Record<Int>()
      for form in Form.allCases {
        let source = testSource(form, 0..<100)
        let relay = testRelay(form)
        let sink = testSink(form, record)
        try link(source.outbox, to: relay.inbox)
        try link(relay.outbox, to: sink.inbox)
        scheduler.activate(source)
        scheduler.activate(relay)
        scheduler.activate(sink)
      }
      #expect(scheduler.run().isEmpty)
      #expect(record.count == 300)
    }
    #expect(gone == nil)
  }

  @Test func `24e: what comes too late keeps no scheduler`() throws {
    weak var gone: Scheduler?
    let feed = Outbox<Int>()
    let handle: Handle
    do {
      let scheduler = Scheduler()
      gone = scheduler
      let sink = Body { component in _ = await component.inbox.next() }
      try link(feed, to: sink.inbox)
      feed.post(1)
      handle = scheduler.activate(sink)
      #expect(scheduler.run().isEmpty)
      scheduler.stop()
    }
    feed.post(2)
    feed.finish()
    handle.stop()
    handle.wake()
    #expect(!handle.isRunning)
    _ = consume handle
    #expect(gone == nil)
  }

  @Test func `24d: a scheduler goes on running while it has nothing to do, until it is stopped`()
    throws
  {
    for _ in 0..<100 {
      let scheduler = Scheduler()
      let done = Record<Int>()
      scheduler.start()
      scheduler.activate(Body { _ in done.add(1) })
      scheduler.stop()
      #expect(done.entries == [1])
    }
  }

  @Test func `25: run returns from a system of sleepers that nobody can wake, and names them`()
    throws
  {
    let scheduler = Scheduler()
    let a = Body { component in
      if let number = await component.inbox.next() { await component.outbox.send(number) }
    }
    let b = CallbackRelay()
    try link(a.outbox, to: b.inbox)
    try link(b.outbox, to: a.inbox)
    let first = scheduler.activate(a)
    let second = scheduler.activate(b)
    scheduler.activate(AsyncSource(0..<5))
    let left = scheduler.run()
    #expect(Set(left) == [first, second])
    #expect(left.allSatisfy { $0.name.hasPrefix("Body_") || $0.name.hasPrefix("CallbackRelay_") })
    scheduler.stop()
    #expect(scheduler.run().isEmpty)
  }

  @Test func `a scheduler runs inside a component of another`() throws {
    let outer = Scheduler()
    let record = Record<Int>()
    outer.activate(
      Body { component in
        let inner = Scheduler()
        let source = AsyncSource(0..<100)
        let sink = testSink(.callback, record)
        try link(source.outbox, to: sink.inbox)
        inner.activate(source)
        inner.activate(sink)
        inner.run()
        await component.yield()
        record.add(-1)
      })
    #expect(outer.run().isEmpty)
    #expect(record.entries == Array(0..<100) + [-1])
  }

  @Test func `child tasks of a component share its turns`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = AsyncSink(record, capacity: 4)
    let source = Body { component in
      let outbox = component.outbox
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<5 {
          group.addTask { for step in 0..<300 { await outbox.send(1000 * number + step) } }
        }
      }
    }
    try link(source.outbox, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.count == 1500)
    for number in 0..<5 {
      #expect(record.entries.filter { $0 / 1000 == number } == (0..<300).map { 1000 * number + $0 })
    }
  }
}

/// Descriptors that the process has open.
func openDescriptors() -> Int {
  (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
}
