// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc
import Testing

/// What plain asynchronous code waits for, until a thread outside opens it.
private final class Gate: Sendable {
  private enum State {
    case closed, open
    case awaited(CheckedContinuation<Void, Never>)
  }
  private let state = Guarded(State.closed)

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if case .open = state { return true }
        state = .awaited(continuation)
        return false
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state = .open }
      if case .awaited(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume()
  }
}

@Suite struct `Waits outside Axon` {
  /// What `run` left, though the gate opened only when it had had every reason to return.
  private func run(_ scheduler: Scheduler, opening gate: Gate, after begun: Record<Int>) -> [Handle]
  {
    let left = Record<Handle>()
    onThreads([
      { scheduler.run().forEach { left.add($0) } },
      {
        while begun.count == 0 { sched_yield() }
        for _ in 0..<1000 { sched_yield() }
        gate.open()
      },
    ])
    return left.entries
  }

  @Test func `run waits for a child task that waits outside`() throws {
    let (gate, begun, record) = (Gate(), Record<Int>(), Record<Int>())
    let scheduler = Scheduler()
    let component = Body { component in
      let outbox = component.outbox
      async let child: Bool = {
        begun.add(1)
        await gate.pass()
        return await outbox.send(7)
      }()
      if let number = await component.inbox.next() { record.add(number) }
      _ = await child
    }
    try link(component.outbox, to: component.inbox)
    scheduler.activate(component)
    #expect(run(scheduler, opening: gate, after: begun).isEmpty)
    #expect(record.entries == [7])
  }

  @Test func `run waits for main while a child task reads a box`() throws {
    let (gate, begun, record) = (Gate(), Record<Int>(), Record<Int>())
    let scheduler = Scheduler()
    let component = Body { component in
      let inbox = component.inbox
      async let child: Int? = {
        begun.add(1)
        return await inbox.next()
      }()
      await gate.pass()
      await component.outbox.send(8)
      if let number = await child { record.add(number) }
    }
    try link(component.outbox, to: component.inbox)
    scheduler.activate(component)
    #expect(run(scheduler, opening: gate, after: begun).isEmpty)
    #expect(record.entries == [8])
  }

  @Test func `virtual time passes while a threaded component is parked`() throws {
    let scheduler = Scheduler(time: .virtual)
    let record = Record<Int>()
    let sink = ThreadedSink(record)
    let source = Body { component in
      for hour in 0..<24 {
        try await component.sleep(for: .seconds(3600))
        await component.outbox.send(hour)
      }
    }
    try link(source.outbox, to: sink.inbox)
    scheduler.activate(sink)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<24))
    #expect(scheduler.now - Instant(nanoseconds: 0) == .seconds(24 * 3600))
  }

  @Test func `virtual time stands still while a thread works`() throws {
    let scheduler = Scheduler(time: .virtual)
    let (times, begun) = (Record<Instant>(), Record<Int>())
    let worker = Blocking { component in
      _ = component.inbox.blockingNext()
      begun.add(1)
      for _ in 0..<100_000 { times.add(component.now) }
      component.outbox.blockingSend(1)
    }
    let starter = Body { component in await component.outbox.send(1) }
    try link(starter.outbox, to: worker.inbox)
    let sink = Body { component in _ = await component.inbox.next() }
    try link(worker.outbox, to: sink.inbox)
    scheduler.activate(worker)
    scheduler.activate(sink)
    scheduler.activate(
      Body { component in
        while begun.count == 0 { await component.yield() }
        try await component.sleep(for: .seconds(1))
        #expect(times.count == 100_000)
      })
    scheduler.activate(starter)
    #expect(scheduler.run().isEmpty)
    #expect(Set(times.entries) == [Instant(nanoseconds: 0)])
  }

  @Test func `25: a parked thread that nobody can wake is named`() throws {
    let scheduler = Scheduler()
    let (one, other) = (ThreadedRelay(), CallbackRelay())
    try link(one.outbox, to: other.inbox)
    try link(other.outbox, to: one.inbox)
    let handles: Set<Handle> = [scheduler.activate(one), scheduler.activate(other)]
    #expect(Set(scheduler.run()) == handles)
    scheduler.stop()
    #expect(scheduler.run().isEmpty)
  }

  @Test(arguments: Form.allCases)
  func `plain code that forgets its outbox has finished with it`(form: Form) throws {
    for round in 0..<50 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let handle = try fed(by: 5, scheduler, form, record)
      if round % 2 == 0 {
        #expect(scheduler.run().isEmpty)
      } else {
        scheduler.start()
        while handle.isRunning {}
        scheduler.stop()
      }
      #expect(record.entries == Array(0..<5))
    }
  }

  private func fed(
    by count: Int, _ scheduler: Scheduler, _ form: Form, _ record: Record<Int>
  ) throws -> Handle {
    let sink = testSink(form, record)
    let feed = Outbox<Int>()
    try link(feed, to: sink.inbox)
    let handle = scheduler.activate(sink)
    for number in 0..<count { feed.post(number) }
    return handle
  }

  @Test func `an outbox forgotten on one thread while another rewires is no trouble`() throws {
    for _ in 0..<200 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let (first, second) = (AsyncSink(record), AsyncSink(record))
      let (one, other) = (first.inbox, second.inbox)
      scheduler.activate(first)
      scheduler.activate(second)
      let keeper = Outbox<Int>()
      try link(keeper, to: other)
      let left = Record<Handle>()
      onThreads([
        { scheduler.run().forEach { left.add($0) } },
        {
          for number in 0..<20 {
            let feed = Outbox<Int>()
            _ = try? link(feed, to: one)
            feed.post(number)
          }
          keeper.finish()
        },
        {
          for _ in 0..<20 {
            let feed = Outbox<Int>()
            let linkage = try? link(feed, to: other)
            feed.post(0)
            linkage?.unlink()
          }
        },
      ])
      #expect(left.entries.isEmpty)
    }
  }
}
