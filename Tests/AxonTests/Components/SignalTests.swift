// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Signals {
  /// What a component of this form does when the signal comes while two messages wait for it.
  private func reaction(_ form: Form, to signal: Signal) throws -> (seen: [Int], ended: Bool) {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = testSink(form, record)
    let feed = Outbox<Int>()
    let say = Outbox<Signal>()
    try link(feed, to: sink.inbox)
    try link(say, to: sink.control)
    feed.post(1)
    feed.post(2)
    say.post(signal)
    let handle = scheduler.activate(sink)
    scheduler.run()
    feed.finish()
    say.finish()
    return (record.entries, !handle.isRunning)
  }

  @Test(arguments: Form.allCases)
  func `producerFinished lets a component finish what is queued, then end`(form: Form) throws {
    let (seen, ended) = try reaction(form, to: .producerFinished)
    #expect(seen == [1, 2])
    #expect(ended)
  }

  @Test(arguments: Form.allCases)
  func `shutdown ends a component now`(form: Form) throws {
    let (seen, ended) = try reaction(form, to: .shutdown)
    #expect(seen == [])
    #expect(ended)
  }

  @Test(arguments: Form.allCases)
  func `a failed producer is one that has finished`(form: Form) throws {
    let faults = Record<Failure>()
    let scheduler = Scheduler(onFault: { faults.add($0) })
    let record = Record<Int>()
    let other = Outbox<Int>()
    let source = Body { component in
      await component.outbox.send(1)
      throw Mishap()
    }
    let sink = testSink(form, record)
    try link(source.outbox, to: sink.inbox)
    try link(other, to: sink.inbox)
    try link(source.signal, to: sink.control)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [1])
    other.finish()
  }

  @Test func `producerFinished stays true when another producer goes`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = Body { component in
      for _ in 0..<10 { await component.yield() }
      while let number = await component.inbox.next() { record.add(number) }
    }
    let (one, other) = (Outbox<Int>(), Outbox<Int>())
    try link(one, to: sink.inbox)
    try link(other, to: sink.inbox)
    let say = Outbox<Signal>()
    try link(say, to: sink.control)
    say.post(.producerFinished)
    scheduler.activate(sink)
    scheduler.activate(
      Body { component in
        await component.yield()
        one.finish()
      })
    #expect(scheduler.run().isEmpty)
    other.finish()
    say.finish()
  }

  @Test func `a component that reads its control inbox gets every signal itself`() throws {
    final class Reader: Component {
      let inbox = Inbox<Int>()
      let record: Record<String>
      init(_ record: Record<String>) { self.record = record }
      override var readsControl: Bool { true }
      override func main() async throws {
        while let signal = await control.next() {
          record.add("\(signal)")
          if case .shutdown = signal { return }
        }
      }
    }
    let scheduler = Scheduler()
    let record = Record<String>()
    let reader = Reader(record)
    let say = Outbox<Signal>()
    try link(say, to: reader.control)
    say.post(.producerFinished)
    say.post(.shutdown)
    scheduler.activate(reader)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["producerFinished", "shutdown"])
    say.finish()
  }

  private func ending(_ form: Form, isFailing: Bool) -> sending any NumberSource {
    switch form {
    case .async: Body { _ in if isFailing { throw Mishap() } }
    case .callback:
      Turns { _ in
        if isFailing { throw Mishap() }
        return .finished
      }
    case .threaded: Blocking { _ in if isFailing { throw Mishap() } }
    }
  }

  @Test(arguments: Form.allCases)
  func `a component says on its signal outbox how it ended`(form: Form) throws {
    final class Listener: Component {
      let inbox = Inbox<Signal>()
      let record: Record<String>
      init(_ record: Record<String>) { self.record = record }
      override func main() async throws {
        while let signal = await inbox.next() {
          switch signal {
          case .failed(let failure): record.add("failed: \(failure.error)")
          default: record.add("\(signal)")
          }
        }
      }
    }
    for isFailing in [false, true] {
      let scheduler = Scheduler(onFault: { _ in })
      let record = Record<String>()
      let listener = Listener(record)
      let source = ending(form, isFailing: isFailing)
      try link(source.signal, to: listener.inbox)
      scheduler.activate(source)
      scheduler.activate(listener)
      #expect(scheduler.run().isEmpty)
      #expect(record.entries == [isFailing ? "failed: Mishap()" : "producerFinished"])
    }
  }

  @Test(arguments: Form.allCases)
  func `the end of the last sink stops a component, the end of one of two doesn't`(
    form: Form
  ) throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = testSource(form, 0..<1_000_000)
    let relay = testRelay(form)
    let sink = Body { component in
      for _ in 0..<100 {
        guard let number = await component.inbox.next() else { return }
        record.add(number)
      }
    }
    try link(source.outbox, to: relay.inbox)
    try link(relay.outbox, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(relay)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<100))
  }

  @Test func `a component with two outboxes goes on until both are unheard`() throws {
    final class Splitter: Component {
      let left = Outbox<Int>()
      let right = Outbox<Int>()
      override func main() async throws {
        var number = 0
        while !isStopping {
          await left.send(number)
          await right.send(number)
          number += 1
        }
      }
    }
    let scheduler = Scheduler()
    let (left, right) = (Record<Int>(), Record<Int>())
    let splitter = Splitter()
    let sinks = [(left, 10), (right, 500)].map { record, count in
      let sink = Body { component in
        for _ in 0..<count {
          if let number = await component.inbox.next() { record.add(number) }
        }
      }
      let inbox = sink.inbox
      scheduler.activate(sink)
      return inbox
    }
    try link(splitter.left, to: sinks[0])
    try link(splitter.right, to: sinks[1])
    scheduler.activate(splitter)
    #expect(scheduler.run().isEmpty)
    #expect(left.entries == Array(0..<10))
    #expect(right.entries == Array(0..<500))
  }

  @Test func `a component that is stopped gets no message any more, also from another thread`()
    throws
  {
    let scheduler = Scheduler()
    let record = Record<Int?>()
    let feed = Outbox<Int>()
    let sink = Body { component in
      record.add(await component.inbox.next())
      component.handle.stop()
      record.add(await component.inbox.next())
      record.add(component.inbox.take())
    }
    try link(feed, to: sink.inbox)
    for number in 0..<30 { feed.post(number) }
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [0, nil, nil])
    feed.finish()
  }
}
