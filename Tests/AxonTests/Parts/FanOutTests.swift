// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct FanOuts {  // AXON 43
  @Test(arguments: Form.allCases)
  func `43: every receiver gets every message, in order`(form: Form) throws {
    let scheduler = Scheduler()
    let fan = FanOut<Int>()
    let source = testSource(form, 0..<1000)
    try link(source.outbox, to: fan.inbox)
    let records = Form.allCases.map { _ in Record<Int>() }
    for (form, record) in zip(Form.allCases, records) {
      let sink = testSink(form, record, capacity: 3)
      try fan.subscribers.add(sink.inbox, whenFull: .wait)
      scheduler.activate(sink)
    }
    let handle = scheduler.activate(fan)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning)
    for record in records { #expect(record.entries == Array(0..<1000)) }
  }

  /// A slow receiver, that takes nothing until all is sent, beside a quick one.
  private func beside(
    _ whenFull: WhenFull, capacity: Int = 4
  ) throws -> (slow: [Int], quick: [Int], dropped: Int, refused: [Int]) {
    let scheduler = Scheduler()
    let fan = FanOut<Int>(capacity: 1)
    let (slow, quick) = (Record<Int>(), Record<Int>())
    let refused = Record<Int>()
    let slowSink = Body(capacity: 2) { component in
      while quick.count < 20 { await component.yield() }
      while let number = await component.inbox.next() { slow.add(number) }
    }
    let quickSink = AsyncSink(quick, capacity: 1)
    let refusals = Carrier<FanOut<Int>.Refusal> { refused.add($0.message) }
    let source = TestSource(0..<20)
    try link(source.outbox, to: fan.inbox)
    try link(fan.refusals, to: refusals.inbox)
    let subscription = try fan.subscribers.add(
      slowSink.inbox, capacity: capacity, whenFull: whenFull)
    try fan.subscribers.add(quickSink.inbox, whenFull: .dropOldest)
    scheduler.activate(fan)
    scheduler.activate(slowSink)
    scheduler.activate(quickSink)
    scheduler.activate(refusals)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    return (slow.entries, quick.entries, subscription.dropped.count, refused.entries)
  }

  /// `ForEach`, by another way.
  final class Carrier<Message: Sendable>: Component, Sink {
    let inbox = Inbox<Message>()
    private let body: (Message) -> Void
    init(_ body: @escaping (Message) -> Void) { self.body = body }
    override func main() async throws {
      while let message = await inbox.next() { body(message) }
    }
  }

  @Test func `43b: a slow receiver follows its own policy and never delays another`() throws {
    let all = Array(0..<20)
    // Two wait in its inbox, four at the fan-out.
    let oldest = try beside(.dropOldest)
    #expect(oldest.slow == [0, 1, 16, 17, 18, 19])
    #expect(oldest.quick == all)
    #expect(oldest.dropped == 14)
    let newest = try beside(.dropNewest)
    #expect(newest.slow == [0, 1, 2, 3, 4, 5])
    #expect(newest.quick == all)
    #expect(newest.dropped == 14)
    #expect(newest.refused == [])
    let refuse = try beside(.refuse)
    #expect(refuse.slow == [0, 1, 2, 3, 4, 5])
    #expect(refuse.quick == all)
    #expect(refuse.dropped == 14)
    #expect(refuse.refused == Array(6..<20))
  }

  @Test func `43c: a receiver that says wait holds all the others up, and loses nothing`() throws {
    let scheduler = Scheduler()
    let fan = FanOut<Int>(capacity: 1)
    let (slow, quick) = (Record<Int>(), Record<Int>())
    let slowSink = Body(capacity: 2) { component in
      for _ in 0..<200 { await component.yield() }
      // Two here, four at the fan-out, and no more.
      #expect(quick.entries == [0, 1, 2, 3, 4, 5])
      while let number = await component.inbox.next() { slow.add(number) }
    }
    let quickSink = AsyncSink(quick)
    let source = TestSource(0..<1000)
    try link(source.outbox, to: fan.inbox)
    let subscription = try fan.subscribers.add(slowSink.inbox, capacity: 4, whenFull: .wait)
    try fan.subscribers.add(quickSink.inbox, whenFull: .dropOldest)
    scheduler.activate(fan)
    scheduler.activate(slowSink)
    scheduler.activate(quickSink)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(slow.entries == Array(0..<1000))
    #expect(quick.entries == Array(0..<1000))
    #expect(subscription.dropped.count == 0)
  }

  @Test func `43d: a receiver that holds all up and ends, or is removed, lets them go on`() throws {
    for removes in [true, false] {
      let scheduler = Scheduler()
      let fan = FanOut<Int>()
      let subscribers = fan.subscribers
      let quick = Record<Int>()
      let held = Record<Subscription<Int>>()
      let slowSink = Body(capacity: 1) { component in
        for _ in 0..<100 { await component.yield() }
        guard removes, let subscription = held.entries.first else { return }
        subscribers.remove(subscription)
        // What had come is still there; then its input is over.
        #expect(await component.inbox.next() == 0)
        #expect(await component.inbox.next() == nil)
      }
      let quickSink = AsyncSink(quick)
      let source = TestSource(0..<1000)
      try link(source.outbox, to: fan.inbox)
      held.add(try subscribers.add(slowSink.inbox, capacity: 1, whenFull: .wait))
      try subscribers.add(quickSink.inbox, whenFull: .wait)
      scheduler.activate(fan)
      scheduler.activate(slowSink)
      scheduler.activate(quickSink)
      scheduler.activate(source)
      #expect(scheduler.run().isEmpty)
      #expect(quick.entries == Array(0..<1000))
    }
  }

  @Test func `43e: who joins while it runs gets what is sent from then on`() throws {
    let scheduler = Scheduler()
    let fan = FanOut<Int>()
    let subscribers = fan.subscribers
    let feed = Outbox<Int>()
    try link(feed, to: fan.inbox)
    scheduler.activate(fan)
    let late = Body { component in
      feed.post(0)
      for _ in 0..<3 { await component.yield() }
      try subscribers.add(component.inbox, whenFull: .wait)
      for number in 1..<4 { feed.post(number) }
      feed.finish()
      var numbers: [Int] = []
      while let number = await component.inbox.next() { numbers.append(number) }
      #expect(numbers == [1, 2, 3])
    }
    let handle = scheduler.activate(late)
    #expect(scheduler.run().isEmpty)
    guard case .finished? = handle.outcome else {
      Issue.record("the receiver should have come to its end")
      return
    }
  }

  @Test func `43f: a fan-out without receivers goes on, or ends with the last one, as told`()
    throws
  {
    for ends in [true, false] {
      let scheduler = Scheduler()
      let fan = FanOut<Int>(endsWithSubscribers: ends)
      let sent = Record<Int>()
      let source = Body { component in
        for number in 0..<500 {
          if await !component.outbox.send(number) { return }
          sent.add(number)
        }
      }
      let received = Received<Int>()
      let sink = TestSink(received, taking: 5)
      try link(source.outbox, to: fan.inbox)
      try fan.subscribers.add(sink.inbox, whenFull: .wait)
      scheduler.activate(fan)
      scheduler.activate(sink)
      scheduler.activate(source)
      #expect(scheduler.run().isEmpty)
      #expect(received.messages == [0, 1, 2, 3, 4])
      #expect((sent.count == 500) == !ends)
    }
  }

  @Test func `43g: at the end a quick receiver finishes at once, a slow one with what waits`()
    throws
  {
    let scheduler = Scheduler()
    let fan = FanOut<Int>()
    let (slow, quick) = (Record<Int>(), Record<Int>())
    let slowSink = Body(capacity: 1) { component in
      while quick.entries.last != -1 { await component.yield() }
      while let number = await component.inbox.next() { slow.add(number) }
    }
    let quickSink = Body { component in
      while let number = await component.inbox.next() { quick.add(number) }
      quick.add(-1)
    }
    let source = TestSource(0..<10)
    try link(source.outbox, to: fan.inbox)
    try fan.subscribers.add(slowSink.inbox, capacity: 20, whenFull: .wait)
    try fan.subscribers.add(quickSink.inbox, whenFull: .wait)
    scheduler.activate(fan)
    scheduler.activate(slowSink)
    scheduler.activate(quickSink)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(quick.entries == Array(0..<10) + [-1])
    #expect(slow.entries == Array(0..<10))
  }

  @Test func `43h: who joins a fan-out that has ended, or never began, isn't left waiting`() throws
  {
    let scheduler = Scheduler()
    let ended = FanOut<Int>()
    let subscribers = ended.subscribers
    scheduler.activate(ended).stop()
    #expect(scheduler.run().isEmpty)
    let sink = TestSink<Int>()
    try subscribers.add(sink.inbox, whenFull: .wait)
    scheduler.activate(sink)
    let other = TestSink<Int>()
    _ = try { try FanOut<Int>().subscribers.add(other.inbox, whenFull: .wait) }()
    scheduler.activate(other)
    #expect(scheduler.run().isEmpty)
  }

  @Test func `43i: receivers on other threads come and go while messages fly`() throws {
    let (here, there) = (Scheduler(), Scheduler())
    let fan = FanOut<Int>()
    let subscribers = fan.subscribers
    let source = TestSource(0..<20_000)
    let steady = Received<Int>()
    let sink = TestSink(steady, capacity: 4)
    try link(source.outbox, to: fan.inbox)
    try subscribers.add(sink.inbox, whenFull: .wait)
    here.activate(fan)
    here.activate(source)
    there.activate(sink)
    let visits = Record<[Int]>()
    let visitors = Body { component in
      for visit in 0..<50 {
        let visitor = TestSink<Int>(taking: 10, capacity: 2)
        let received = visitor.received
        let subscription = try subscribers.add(visitor.inbox, capacity: 2, whenFull: .dropNewest)
        let handle = component.activate(visitor)
        if visit % 2 == 0 { subscribers.remove(subscription) }
        while handle.isRunning { await component.pause() }
        visits.add(received.messages)
      }
    }
    there.activate(visitors)
    #expect(runTogether(here, there).isEmpty)
    #expect(steady.messages == Array(0..<20_000))
    #expect(visits.count == 50)
    for visit in visits.entries { #expect(visit == visit.sorted() && visit.count <= 10) }
  }
}
