// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Chassis {  // AXON 32-34
  final class Doubler: Component, Source, Sink {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    let started: Record<String>
    init(_ started: Record<String>) { self.started = started }
    override func main() async throws {
      started.add("start")
      while let number = await inbox.next() { await outbox.send(2 * number) }
      started.add("end")
    }
  }

  @Test func `32: a pipeline's parts start with it, pass its data through, and end before it`()
    throws
  {
    let scheduler = Scheduler()
    let log = Record<String>()
    let record = Record<Int>()
    let line = try Pipeline {
      Doubler(log)
      Doubler(log)
      Doubler(log)
    }
    let source = AsyncSource(0..<1000)
    let sink = AsyncSink(record)
    try link(source.outbox, to: line.inbox)
    try link(line.outbox, to: sink.inbox)
    #expect(log.entries.isEmpty)
    let handle = scheduler.activate(line)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning)
    #expect(log.entries == ["start", "start", "start", "end", "end", "end"])
    #expect(record.entries == (0..<1000).map { 8 * $0 })
  }

  @Test func `32b: a pipeline in a pipeline is one component of it`() throws {
    let scheduler = Scheduler()
    let log = Record<String>()
    let record = Record<Int>()
    let line = try Pipeline {
      AsyncSource(0..<1000)
      try Pipeline {
        Doubler(log)
        Doubler(log)
      }
      Doubler(log)
      AsyncSink(record)
    }
    scheduler.activate(line)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == (0..<1000).map { 8 * $0 })
  }

  @Test func `32c: the viewer's end stops all that is upstream, through the pipeline's boxes`()
    throws
  {
    let scheduler = Scheduler()
    let log = Record<String>()
    let line = try Pipeline {
      Doubler(log)
      Doubler(log)
    }
    let endless = Body { component in
      while await component.outbox.send(1) {}
    }
    let viewer = Body { component in
      for _ in 0..<10 { _ = await component.inbox.next() }
    }
    try link(endless.outbox, to: line.inbox)
    try link(line.outbox, to: viewer.inbox)
    scheduler.activate(line)
    scheduler.activate(endless)
    scheduler.activate(viewer)
    #expect(scheduler.run().isEmpty)
    #expect(log.entries == ["start", "start", "end", "end"])
  }

  @Test func `32d: stopping a pipeline before it has begun stops its parts`() throws {
    let scheduler = Scheduler()
    let log = Record<String>()
    let line = try Pipeline {
      Doubler(log)
      Doubler(log)
    }
    let handle = scheduler.activate(line)
    handle.stop()
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning)
  }

  @Test func `32e: a pipeline ends by the error of a part`() throws {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    final class Broken: Component, Source, Sink {
      let inbox = Inbox<Int>()
      let outbox = Outbox<Int>()
      override func main() async throws {
        _ = await inbox.next()
        throw Mishap()
      }
    }
    let line = try Pipeline {
      AsyncSource(0..<1000)
      Broken()
      AsyncSink(Record())
    }
    let handle = scheduler.activate(line)
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries == ["Mishap()", "Mishap()"])
    guard case .failed(let failure) = handle.outcome else {
      Issue.record("the pipeline should have failed")
      return
    }
    #expect(failure.error as? Mishap == Mishap())
  }

  @Test func `33: in a graphline data flows along the given linkages and nowhere else`() throws {
    let scheduler = Scheduler()
    let (left, right, both) = (Record<Int>(), Record<Int>(), Record<Int>())
    let one = AsyncSource(0..<100)
    let other = CallbackSource(100..<200)
    let relay = AsyncRelay()
    let leftSink = AsyncSink(left)
    let rightSink = AsyncSink(right)
    let unlinked = AsyncSink(both)
    try link(one.outbox, to: leftSink.inbox)
    try link(other.outbox, to: relay.inbox)
    try link(relay.outbox, to: rightSink.inbox)
    let graph = Graphline()
    graph.add(one)
    graph.add(other)
    graph.add(relay)
    graph.add(leftSink)
    graph.add(rightSink)
    graph.add(unlinked)
    scheduler.activate(graph)
    #expect(scheduler.run().count == 2)
    #expect(left.entries == Array(0..<100))
    #expect(right.entries == Array(100..<200))
    #expect(both.entries.isEmpty)
    scheduler.stop()
    #expect(scheduler.run().isEmpty)
  }

  final class Gate: Graphline {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
  }

  @Test func `34: two graphlines of the same parts share nothing`() throws {
    let scheduler = Scheduler()
    let records = [Record<Int>(), Record<Int>()]
    var feeds: [Outbox<Int>] = []
    for record in records {
      let gate = Gate()
      let relay = AsyncRelay()
      let other = CallbackRelay()
      let sink = AsyncSink(record)
      let feed = Outbox<Int>()
      try link(feed, to: gate.inbox)
      try link(gate.inbox, to: relay.inbox)
      try link(relay.outbox, to: other.inbox)
      try link(other.outbox, to: gate.outbox)
      try link(gate.outbox, to: sink.inbox)
      gate.add(relay)
      gate.add(other)
      scheduler.activate(gate)
      scheduler.activate(sink)
      feeds.append(feed)
    }
    for number in 0..<10 {
      feeds[0].post(number)
      feeds[1].post(-number)
    }
    for feed in feeds { feed.finish() }
    #expect(scheduler.run().isEmpty)
    #expect(records[0].entries == (0..<10).map { $0 })
    #expect(records[1].entries == (0..<10).map { -$0 })
  }
}
