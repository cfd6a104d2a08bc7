// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Carousels {  // AXON 35
  /// Marks what it gets with its name, and says when it begins and ends.
  final class Marker: Component, Source, Sink {
    let inbox: Inbox<Int>
    let outbox = Outbox<String>()
    private let name: String
    private let log: Record<String>
    private let most: Int
    init(_ name: String, _ log: Record<String>, capacity: Int = 32, most: Int = .max) {
      self.name = name
      self.log = log
      self.most = most
      inbox = Inbox(capacity: capacity)
    }
    override func main() async throws {
      log.add("+\(name)")
      defer { log.add("-\(name)") }
      for _ in 0..<most {
        guard let number = await inbox.next() else { break }
        if number < 0 { throw Mishap() }
        await outbox.send("\(name)\(number)")
      }
      // Going takes a while, and the next one must wait for it.
      for _ in 0..<5 { await yield() }
    }
  }

  /// A carousel of markers with its boxes at hand.
  struct Bench {
    let scheduler = Scheduler(onFault: { _ in })
    let log = Record<String>()
    let next = Outbox<String>()
    let feed = Outbox<Int>()
    let received: Received<String>
    let ended = Inbox<Outcome>()
    let handle: Handle

    init(capacity: Int = 32, most: Int = .max, taking: Int = .max) throws {
      let carousel = Carousel<String, Int, String> { [log] name in
        if name == "?" { throw Mishap() }
        return Marker(name, log, capacity: capacity, most: most)
      }
      let sink = TestSink<String>(taking: taking)
      received = sink.received
      try link(next, to: carousel.next)
      try link(feed, to: carousel.inbox)
      try link(carousel.outbox, to: sink.inbox)
      try link(carousel.requestNext, to: ended)
      handle = scheduler.activate(carousel)
      scheduler.activate(sink)
    }

    /// Runs the steps, each when all that the one before set going is done, and then all to its end.
    func run(_ steps: [@Sendable (Bench) -> Void]) -> [Handle] {
      let user = Body { [self] component in
        for step in steps {
          step(self)
          for _ in 0..<40 { await component.yield() }
        }
      }
      scheduler.activate(user)
      return scheduler.run()
    }

    func close() {
      next.finish()
      feed.finish()
    }
  }

  @Test func `35: an order asks the live child to end; the new one starts only once it has`()
    throws
  {
    let bench = try Bench()
    let left = bench.run([
      { $0.next.post("a") }, { $0.feed.post(1) }, { $0.next.post("b") }, { $0.feed.post(2) },
      { $0.close() },
    ])
    #expect(left.isEmpty)
    #expect(bench.log.entries == ["+a", "-a", "+b", "-b"])
    #expect(bench.received.messages == ["a1", "b2"])
  }

  @Test func `35b: when the orders have finished, those that wait are carried out`() throws {
    let bench = try Bench()
    let left = bench.run([
      {
        for name in ["a", "b", "c"] { $0.next.post(name) }
        $0.close()
      }
    ])
    #expect(left.isEmpty)
    #expect(bench.log.entries == ["+a", "-a", "+b", "-b", "+c", "-c"])
    #expect(!bench.handle.isRunning)
  }

  @Test(arguments: [true, false])
  func `35c: producerFinished carries out the orders that wait, shutdown drops them`(
    finishes: Bool
  ) throws {
    let scheduler = Scheduler()
    let log = Record<String>()
    let carousel = Carousel<String, Int, String> { [log] name in Marker(name, log) }
    let (next, signal) = (Outbox<String>(), Outbox<Signal>())
    try link(next, to: carousel.next)
    try link(signal, to: carousel.control)
    let handle = scheduler.activate(carousel)
    let user = Body { component in
      next.post("a")
      for _ in 0..<3 { await component.yield() }
      for name in ["b", "c"] { next.post(name) }
      signal.post(finishes ? .producerFinished : .shutdown)
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    #expect(log.entries == (finishes ? ["+a", "-a", "+b", "-b", "+c", "-c"] : ["+a", "-a"]))
    #expect(!handle.isRunning)
  }

  @Test func `35d: what comes while no child is live waits for the next one, in order`() throws {
    let bench = try Bench(capacity: 2)
    let left = bench.run([
      { for number in 0..<20 { $0.feed.post(number) } }, { $0.next.post("a") },
      { $0.next.post("b") },
      {
        for number in 20..<40 { $0.feed.post(number) }
        $0.feed.finish()
      },
      { $0.next.finish() },
    ])
    #expect(left.isEmpty)
    #expect(
      bench.received.messages == (0..<20).map { "a\($0)" } + (20..<40).map { "b\($0)" })
  }

  @Test func `35e: no message is lost between children that may finish, and none comes twice`()
    throws
  {
    let scheduler = Scheduler()
    let log = Record<String>()
    let received = Received<String>()
    let carousel = Carousel<String, Int, String> { [log] name in
      Marker(name, log, capacity: 3)
    }
    carousel.letsChildrenFinish = true
    let next = Outbox<String>()
    let source = TestSource(0..<10_000)
    let sink = TestSink<String>(received)
    try link(next, to: carousel.next)
    try link(source.outbox, to: carousel.inbox)
    try link(carousel.outbox, to: sink.inbox)
    scheduler.activate(carousel)
    scheduler.activate(sink)
    scheduler.activate(source)
    let user = Body { component in
      for name in ["a", "b", "c", "d"] {
        next.post(name)
        for _ in 0..<200 { await component.yield() }
      }
      next.finish()
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    let numbers = received.messages.map { Int($0.dropFirst()) }
    #expect(numbers == Array(0..<10_000))
    // Each child had a share, one after the other.
    let names = received.messages.compactMap(\.first)
    #expect(names == names.sorted() && Set(names) == ["a", "b", "c", "d"])
    #expect(log.entries == ["a", "b", "c", "d"].flatMap { ["+\($0)", "-\($0)"] })
  }

  @Test func `35f: a child that ends by itself is told of, and the next order starts another`()
    throws
  {
    let bench = try Bench(capacity: 1, most: 2)
    let left = bench.run([
      { $0.next.post("a") }, { for number in 0..<5 { $0.feed.post(number) } },
      { #expect(drain($0.ended).count == 1) },
      { $0.next.post("b") }, { $0.close() },
    ])
    #expect(left.isEmpty)
    // One message more was in the first child's inbox when it ended.
    #expect(bench.received.messages == ["a0", "a1", "b3", "b4"])
  }

  @Test func `35g: a child's error ends that child; the factory's ends the carousel`() throws {
    let bench = try Bench()
    let left = bench.run([
      { $0.next.post("a") }, { $0.feed.post(-1) },
      {
        guard case .failed(let failure)? = $0.ended.take() else {
          Issue.record("the child's error should have been told")
          return
        }
        #expect(failure.error as? Mishap == Mishap())
      },
      { $0.next.post("b") }, { $0.feed.post(1) }, { $0.next.post("?") },
    ])
    #expect(left.isEmpty)
    #expect(bench.received.messages == ["b1"])
    guard case .failed(let failure)? = bench.handle.outcome else {
      Issue.record("the carousel should have failed")
      return
    }
    #expect(failure.error as? Mishap == Mishap())
    bench.close()
  }

  @Test func `35h: the end of the last listener ends the carousel and its child`() throws {
    let bench = try Bench(taking: 2)
    let left = bench.run([
      { $0.next.post("a") }, { for number in 0..<5 { $0.feed.post(number) } },
    ])
    #expect(left.isEmpty)
    #expect(bench.log.entries == ["+a", "-a"])
    #expect(!bench.handle.isRunning)
    bench.close()
  }

  @Test func `35i: the end of the input reaches the child; the carousel waits for orders`()
    throws
  {
    let bench = try Bench()
    let left = bench.run([
      { $0.next.post("a") },
      {
        $0.feed.post(1)
        $0.feed.finish()
      },
      {
        #expect($0.log.entries == ["+a", "-a"])
        #expect($0.handle.isRunning)
      },
      { $0.next.finish() },
    ])
    #expect(left.isEmpty)
    #expect(bench.received.messages == ["a1"])
  }

  @Test func `35j: children that only give, or only take, are carried too`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sources = Carousel<Int, Never, Int> { count in TestSource(0..<count) }
    let sinks = Carousel<Int, Int, Never> { _ in
      ForEach { (number: Int) in record.add(number) }
    }
    sinks.letsChildrenFinish = true
    let (next, other) = (Outbox<Int>(), Outbox<Int>())
    try link(next, to: sources.next)
    try link(other, to: sinks.next)
    try link(sources.outbox, to: sinks.inbox)
    scheduler.activate(sources)
    scheduler.activate(sinks)
    other.post(0)
    other.finish()
    next.post(3)
    next.finish()
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [0, 1, 2])
  }

  @Test func `35k: orders and data from another thread, children on a third`() throws {
    let (here, there) = (Scheduler(), Scheduler())
    let carousel = Carousel<Int, Int, Int> { _ in
      ThreadedRelay(capacity: 4)
    }
    carousel.letsChildrenFinish = true
    let orders = TestSource(0..<20)
    let source = TestSource(0..<5000)
    let sink = TestSink<Int>()
    let received = sink.received
    try link(orders.outbox, to: carousel.next)
    try link(source.outbox, to: carousel.inbox)
    try link(carousel.outbox, to: sink.inbox)
    here.activate(carousel)
    there.activate(orders)
    there.activate(source)
    there.activate(sink)
    #expect(runTogether(here, there).isEmpty)
    #expect(received.messages == Array(0..<5000))
  }
}
