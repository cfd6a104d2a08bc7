// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc
import Testing

@Suite struct Threads {  // AXON 29-31
  @Test func `29: a threaded component runs on another thread, and receives and sends in order`()
    throws
  {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let threads = Record<pthread_t>()
    let source = AsyncSource(0..<10_000)
    let relay = Blocking { component in
      threads.add(pthread_self())
      while let number = component.inbox.blockingNext() { component.outbox.blockingSend(number) }
    }
    let sink = Body { component in
      threads.add(pthread_self())
      while let number = await component.inbox.next() { record.add(number) }
    }
    try link(source.outbox, to: relay.inbox)
    try link(relay.outbox, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(relay)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<10_000))
    #expect(Set(threads.entries).count == 2)
  }

  @Test(arguments: homely)
  func `30: a thread that ends with output unsent delivers it first`(form: Form) throws {
    for _ in 0..<50 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let source = Blocking { component in
        for number in 0..<20 { component.outbox.post(number) }
      }
      let sink = testSink(form, record)
      try link(source.outbox, to: sink.inbox)
      scheduler.activate(source)
      scheduler.activate(sink)
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == Array(0..<20))
    }
  }

  @Test(arguments: homely)
  func `31: one item and the end reach a threaded sink, five hundred times`(form: Form) throws {
    for run in 0..<500 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let source = testSource(form, run..<run + 1)
      let sink = ThreadedSink(record)
      try link(source.outbox, to: sink.inbox)
      scheduler.activate(source)
      scheduler.activate(sink)
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == [run])
    }
  }

  @Test func `31b: producerFinished reaches a threaded sink as a signal too`() throws {
    for run in 0..<500 {
      let scheduler = Scheduler()
      let record = Record<Int>()
      let source = AsyncSource(run..<run + 1)
      let sink = ThreadedSink(record)
      let elsewhere = Outbox<Int>()
      try link(source.outbox, to: sink.inbox)
      try link(elsewhere, to: sink.inbox)
      try link(source.signal, to: sink.control)
      scheduler.activate(source)
      scheduler.activate(sink)
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == [run])
      elsewhere.finish()
    }
  }

  @Test func `a threaded component takes without waiting`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let thread = Blocking { component in
      _ = component.inbox.blockingNext()
      while let number = component.inbox.take() { record.add(number) }
    }
    let source = Outbox<Int>()
    try link(source, to: thread.inbox)
    for number in 0..<5 { source.post(number) }
    scheduler.activate(thread)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [1, 2, 3, 4])
    source.finish()
  }

  @Test func `a threaded component has children, which learn of its end, and it of theirs`() throws
  {
    final class Parent: ThreadedComponent {
      let inbox = Inbox<Int>()
      let record: Record<String>
      init(_ record: Record<String>) { self.record = record }
      override func threadMain() throws {
        activate(Body { _ in })
        while record.count == 0 { _ = inbox.take() }
        activate(
          Body { [record] component in
            await component.pause()
            record.add("stopped \(component.isStopping)")
          })
        activate(
          Blocking { [record] component in
            _ = component.inbox.blockingNext()
            record.add("thread stopped \(component.isStopping)")
          })
      }
      override func childEnded(_ child: Handle, _ outcome: Outcome) { record.add("child ended") }
    }
    for _ in 0..<50 {
      let scheduler = Scheduler()
      let record = Record<String>()
      scheduler.activate(Parent(record))
      #expect(scheduler.run().isEmpty)
      #expect(
        record.entries.sorted() == ["child ended", "stopped true", "thread stopped true"])
    }
  }

  @Test func `a stop reaches a thread that always has something to send`() throws {
    let scheduler = Scheduler()
    let dropping = Inbox<Int>(capacity: 1, whenFull: .dropNewest)
    let thread = Blocking { component in
      while !component.isStopping { component.outbox.blockingSend(1) }
    }
    try link(thread.outbox, to: dropping)
    let handle = scheduler.activate(thread)
    scheduler.activate(Body { _ in handle.stop() })
    #expect(scheduler.run().isEmpty)
  }

  @Test func `a stop reaches a thread that always has something to read`() throws {
    let scheduler = Scheduler()
    let reader = Blocking(capacity: 1024) { component in
      while component.inbox.blockingNext() != nil {}
    }
    let feed = CallbackSource(0..<1_000_000_000)
    try link(feed.outbox, to: reader.inbox)
    let handle = scheduler.activate(reader)
    scheduler.activate(feed)
    scheduler.activate(
      Body { component in
        for _ in 0..<100 { await component.yield() }
        handle.stop()
      })
    #expect(scheduler.run().isEmpty)
  }

  @Test func `an error on a thread is reported with its name and depths`() throws {
    let faults = Record<Failure>()
    let scheduler = Scheduler(onFault: { faults.add($0) })
    let thread = Blocking { component in
      _ = component.inbox.blockingNext()
      throw Mishap()
    }
    let source = Outbox<Int>()
    try link(source, to: thread.inbox)
    for number in 0..<5 { source.post(number) }
    let handle = scheduler.activate(thread)
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries.map(\.component) == [handle.name])
    #expect(faults.entries.first?.depths.map(\.inbox) == ["inbox"])
    #expect(faults.entries.first?.depths.map(\.count) == [4])
    source.finish()
  }
}
