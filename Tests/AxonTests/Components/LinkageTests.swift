// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Linkages {  // AXON 11-18
  @Test func `11: a send arrives at the linked inbox and nowhere else`() throws {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let linked = Inbox<Int>()
    let other = Inbox<Int>()
    try link(outbox, to: linked)
    #expect(outbox.post(11) == .delivered)
    #expect(linked.count == 1)
    #expect(drain(linked) == [11])
    #expect(drain(other) == [])
  }

  /// All orders in which three linkages can be made.
  static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

  @Test(arguments: orders)
  func `12: chains into and out of a parent reach the final sink in whatever order they are linked`(
    order: [Int]
  ) throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = AsyncSource(0..<100)
    let outer = Body { await $0.pause() }
    let middle = Body { await $0.pause() }
    let inner = AsyncRelay()
    let sink = AsyncSink(record)
    let outboxes = [source.outbox, inner.outbox, middle.outbox, outer.outbox]
    let inboxes = [outer.inbox, middle.inbox, inner.inbox, sink.inbox]
    for place in order {
      if place == 0 {
        try link(outboxes[0], to: inboxes[0])
        try link(outboxes[3], to: inboxes[3])
      } else {
        try link(inboxes[place - 1], to: inboxes[place])
        try link(outboxes[place], to: outboxes[place + 1])
      }
    }
    scheduler.activate(inner)
    scheduler.activate(sink)
    scheduler.activate(source)
    scheduler.activate(outer)
    scheduler.activate(middle)
    scheduler.run()
    #expect(record.entries == Array(0..<100))
    scheduler.stop()
    scheduler.run()
  }

  @Test func `13: with a chain's last linkage broken, the next message lands in the middle`() throws
  {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let middle = Inbox<Int>()
    defer { middle.close() }
    let final = Inbox<Int>()
    try link(outbox, to: middle)
    let last = try link(middle, to: final)
    outbox.post(1)
    last.unlink()
    outbox.post(2)
    #expect(drain(final) == [1])
    #expect(drain(middle) == [2])
  }

  @Test func `14: unlinking stops delivery, and what was delivered stays`() throws {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let inbox = Inbox<Int>()
    let linkage = try link(outbox, to: inbox)
    outbox.post(1)
    linkage.unlink()
    #expect(!linkage.isLinked)
    #expect(outbox.post(2) == .unheard)
    #expect(drain(inbox) == [1])
  }

  @Test func `15: linking a box twice is an error and changes nothing`() throws {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let first = Inbox<Int>()
    let second = Inbox<Int>()
    try link(outbox, to: first)
    #expect(throws: LinkError.self) { try link(outbox, to: second) }
    outbox.post(15)
    #expect(drain(first) == [15])
    #expect(drain(second) == [])
  }

  @Test func `15b: boxes can't be linked in a circle`() throws {
    let one = Inbox<Int>()
    defer { one.close() }
    let other = Inbox<Int>()
    try link(one, to: other)
    #expect(throws: LinkError.self) { try link(other, to: one) }
    #expect(throws: LinkError.self) { try link(one, to: one) }
  }

  @Test(arguments: Form.allCases)
  func `16: of six messages a box for five refuses one, and taking three lets three more in`(
    form: Form
  ) throws {
    let scheduler = Scheduler()
    let deliveries = Record<Delivery>()
    let inbox = Inbox<Int>(capacity: 5)
    let feed = Outbox<Int>()
    defer { feed.finish() }
    try link(feed, to: inbox)
    let post: @Sendable (Int) -> Void = { deliveries.add(feed.post($0)) }
    for number in 1...6 { post(number) }
    #expect(deliveries.entries == Array(repeating: .delivered, count: 5) + [.full])
    #expect((1...3).map { _ in inbox.take() } == [1, 2, 3])
    for number in 7...10 { post(number) }
    #expect(deliveries.entries.suffix(4) == [.delivered, .delivered, .delivered, .full])
    #expect(drain(inbox) == [4, 5, 7, 8, 9])
    scheduler.run()
  }

  @Test func `16b: on one scheduler the sixth send waits, and three takes let three go on`() throws
  {
    let scheduler = Scheduler()
    let sent = Record<Int>()
    let consumer = Body(capacity: 5) { component in
      for _ in 0..<10 { await component.yield() }
      sent.add(-1)
      for _ in 0..<3 { _ = component.inbox.take() }
      for _ in 0..<10 { await component.yield() }
      sent.add(-2)
    }
    let producer = Body { component in
      for number in 1...10 {
        await component.outbox.send(number)
        sent.add(number)
      }
    }
    try link(producer.outbox, to: consumer.inbox)
    scheduler.activate(producer)
    scheduler.activate(consumer)
    #expect(scheduler.run().isEmpty)
    #expect(sent.entries.prefix(10) == [1, 2, 3, 4, 5, -1, 6, 7, 8, -2])
  }

  @Test(arguments: [
    (WhenFull.dropOldest, [3, 4, 5], 2, Delivery.delivered),
    (.dropNewest, [1, 2, 3], 2, .dropped),
    (.refuse, [1, 2, 3], 0, .full),
    (.wait, [1, 2, 3], 0, .full),
  ])
  func `16c: a full box follows its policy and counts what it drops`(
    policy: WhenFull, kept: [Int], dropped: Int, last: Delivery
  ) throws {
    let inbox = Inbox<Int>(capacity: 3, whenFull: policy)
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    try link(outbox, to: inbox)
    var deliveries: [Delivery] = []
    for number in 1...5 { deliveries.append(outbox.post(number)) }
    #expect(deliveries == [.delivered, .delivered, .delivered, last, last])
    #expect(drain(inbox) == kept)
    #expect(inbox.dropped == dropped)
  }

  @Test(arguments: [
    (WhenFull.dropOldest, [3, 4, 5], 2), (.dropNewest, [1, 2, 3], 2), (.refuse, [1, 2, 3], 0),
  ])
  func `16d: policies are the same between components of one scheduler`(
    policy: WhenFull, kept: [Int], dropped: Int
  ) throws {
    let scheduler = Scheduler()
    let got = Record<Int>()
    let drops = Record<Int>()
    let consumer = Body(capacity: 3, whenFull: policy) { component in
      await component.pause()
      while let number = component.inbox.take() { got.add(number) }
      drops.add(component.inbox.dropped)
    }
    let producer = Body { component in
      await component.yield()
      for number in 1...5 { await component.outbox.send(number) }
    }
    try link(producer.outbox, to: consumer.inbox)
    scheduler.activate(consumer)
    scheduler.activate(producer)
    #expect(scheduler.run().isEmpty)
    #expect(got.entries == kept)
    #expect(drops.entries == [dropped])
  }

  @Test func `17: the limit is that of the final sink, whoever sends`() throws {
    let scheduler = Scheduler()
    let got = Record<Int>()
    let most = Record<Int>()
    let outer = Body(capacity: 1) { component in await component.pause() }
    let inner = Body(capacity: 3) { component in
      while true {
        for _ in 0..<5 { await component.yield() }
        most.add(component.inbox.count)
        guard let number = await component.inbox.next() else { return }
        got.add(number)
      }
    }
    try link(outer.inbox, to: inner.inbox)
    for start in [0, 100, 200] {
      let source = testSource(start == 100 ? .callback : .async, start..<start + 10)
      try link(source.outbox, to: outer.inbox)
      scheduler.activate(source)
    }
    scheduler.activate(outer)
    scheduler.activate(inner)
    scheduler.run()
    #expect(got.entries.sorted() == [0..<10, 100..<110, 200..<210].flatMap { $0 })
    #expect(most.entries.max() == 3)
    scheduler.stop()
    scheduler.run()
  }

  @Test func `18: messages that wait move on, in order, when their box is linked onward`() throws {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let outer = Inbox<Int>()
    defer { outer.close() }
    let inner = Inbox<Int>()
    try link(outbox, to: outer)
    for number in 1...3 { outbox.post(number) }
    try link(outer, to: inner)
    outbox.post(4)
    #expect(drain(inner) == [1, 2, 3, 4])
    #expect(drain(outer) == [])
  }

  @Test func `18b: where they wouldn't fit, the linkage is refused whole`() throws {
    let outbox = Outbox<Int>()
    defer { outbox.finish() }
    let outer = Inbox<Int>()
    defer { outer.close() }
    let inner = Inbox<Int>(capacity: 2)
    try link(outbox, to: outer)
    for number in 1...3 { outbox.post(number) }
    #expect(throws: LinkError.self) { try link(outer, to: inner) }
    outbox.post(4)
    #expect(drain(inner) == [])
    #expect(drain(outer) == [1, 2, 3, 4])
  }

  @Test func `18c: a running parent hands on what waits, and senders that waited go on`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let parent = Body(capacity: 2) { component in
      for _ in 0..<4 { await component.yield() }
      let child = AsyncSink(record)
      try link(component.inbox, to: child.inbox)
      component.activate(child)
      await component.childrenEnded()
    }
    let source = AsyncSource(0..<10)
    try link(source.outbox, to: parent.inbox)
    scheduler.activate(source)
    scheduler.activate(parent)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<10))
  }

  @Test(arguments: homely)
  func `18d: an inbox linked onward after its producer finished hands on the end too`(
    form: Form
  ) throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let parent = Body { component in
      while !component.inbox.isFinished { await component.pause() }
      let child = testSink(form, record)
      try link(component.inbox, to: child.inbox)
      component.activate(child)
      await component.childrenEnded()
    }
    let source = AsyncSource(0..<10)
    try link(source.outbox, to: parent.inbox)
    scheduler.activate(source)
    scheduler.activate(parent)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<10))
  }

  @Test func `a component that has ended can't be linked`() throws {
    let scheduler = Scheduler()
    let ended = AsyncSink(Record())
    let inbox = ended.inbox
    scheduler.activate(ended).stop()
    scheduler.run()
    #expect(throws: LinkError.self) { try link(Outbox<Int>(), to: inbox) }
  }

  @Test func `a component that never ran is no longer waited for once it is gone`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = AsyncSink(record)
    do {
      let source = AsyncSource(0..<5)
      try link(source.outbox, to: sink.inbox)
    }
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [])
  }

  @Test func `the last sink's end stops its producer, however many it had`() throws {
    let scheduler = Scheduler()
    let endless = Body { component in
      while await component.outbox.send(1) {}
    }
    let viewer = Body { component in _ = await component.inbox.next() }
    try link(endless.outbox, to: viewer.inbox)
    scheduler.activate(endless)
    scheduler.activate(viewer)
    #expect(scheduler.run().isEmpty)
  }
}
