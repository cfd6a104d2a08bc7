// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Flow {  // AXON 40, 41
  @Test func `40: 100 units a second in chunks of 25 are due each quarter second, for an hour`() {
    var rate = ConstantRate(unitsPerSecond: 100, debt: .paid)
    for index in 0..<14_400 {
      #expect(rate.due == .milliseconds(250) * index)
      rate.send(25, at: rate.due)
    }
  }

  @Test func `40b: a rate that divides nothing evenly doesn't drift`() {
    var rate = ConstantRate(unitsPerSecond: 127_999, debt: .paid)
    for _ in 0..<127_999 { rate.send(1427 * 8, at: rate.due) }
    // 127,999 chunks of 1,427 bytes at 127,999 bit/s: exactly 11,416 s.
    #expect(rate.due == .seconds(11_416))
  }

  @Test func `40c: after a stall the debt is paid, paid up to a bound, or forgiven`() {
    var paid = ConstantRate(unitsPerSecond: 100, debt: .paid)
    var bounded = ConstantRate(unitsPerSecond: 100, debt: .bounded(units: 75))
    var forgiven = ConstantRate(unitsPerSecond: 100, debt: .forgiven)
    paid.send(25, at: .seconds(10))
    bounded.send(25, at: .seconds(10))
    forgiven.send(25, at: .seconds(10))
    #expect(paid.due == .milliseconds(250))
    #expect(bounded.due == .milliseconds(9500))
    #expect(forgiven.due == .milliseconds(10_250))
    // The clock's grain is no stall.
    for _ in 0..<4 { forgiven.send(25, at: forgiven.due + .milliseconds(100)) }
    #expect(forgiven.due == .milliseconds(11_250))
  }

  @Test func `40d: requests come each quarter of a second, for an hour of the scheduler's clock`()
    throws
  {
    let scheduler = Scheduler(time: .virtual)
    let received = Received<Int>()
    let row = try Pipeline {
      RateRequests(unitsPerSecond: 100, chunk: 25, debt: .paid)
      TestSink(received, taking: 14_401)
    }
    scheduler.activate(row)
    #expect(scheduler.run().isEmpty)
    #expect(received.times == (0...14_400).map { .milliseconds(250) * $0 })
    #expect(received.messages.allSatisfy { $0 == 25 })
  }

  /// The times at which messages come out that were put in at once, after a wait of 10 s behind the
  /// second one.
  private func times(_ debt: ConstantRate.Debt) throws -> [Double] {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<6)
        Stall<Int>(after: 2, for: .seconds(10))
        RateControl<Int>(unitsPerSecond: 100, debt: debt) { _ in 100 }
      }, time: .virtual)
    #expect(run.messages == Array(0..<6))
    return run.arrivals.map { $0.time / .seconds(1) }
  }

  /// Passes messages on and waits once.
  final class Stall<Message: Sendable>: Component, Source, Sink {
    let inbox = Inbox<Message>()
    let outbox = Outbox<Message>()
    private let count: Int
    private let time: Duration
    init(after count: Int, for time: Duration) {
      self.count = count
      self.time = time
    }
    override func main() async throws {
      var passed = 0
      while let message = await inbox.next() {
        if passed == count { try await sleep(for: time) }
        passed += 1
        await outbox.send(message)
      }
    }
  }

  @Test func `40e: a rate control that had nothing to send pays its debt by policy`() throws {
    #expect(try times(.paid) == [0, 1, 10, 10, 10, 10])
    #expect(try times(.bounded(units: 200)) == [0, 1, 10, 10, 10, 11])
    #expect(try times(.forgiven) == [0, 1, 10, 11, 12, 13])
  }

  @Test func `40f: each message counts for its units, the first is sent at once`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource([4, 1, 0, 5].map { Bytes(repeating: 0, count: $0) })
        RateControl<Bytes>(unitsPerSecond: 2, debt: .paid) { $0.count }
      }, time: .virtual)
    #expect(run.arrivals.map { $0.time / .seconds(1) } == [0, 2, 2.5, 2.5])
  }

  @Test func `40g: a rate control told to stop doesn't wait for what is due`() throws {
    let scheduler = Scheduler(time: .virtual)
    let control = RateControl<Int>(unitsPerSecond: 1, debt: .paid) { _ in 3600 }
    let source = TestSource(0..<10)
    let sink = TestSink<Int>()
    let received = sink.received
    try link(source.outbox, to: control.inbox)
    try link(control.outbox, to: sink.inbox)
    let handle = scheduler.activate(control)
    scheduler.activate(source)
    scheduler.activate(sink)
    let stopper = Body { component in
      try await component.sleep(for: .seconds(1))
      handle.stop()
    }
    scheduler.activate(stopper)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == [0])
    #expect(scheduler.now == Instant(nanoseconds: 1_000_000_000))
  }

  @Test(arguments: Form.allCases)
  func `41: a lossy connector drops what finds no room; later ones pass`(form: Form) throws {
    let scheduler = Scheduler()
    let dropped = Tally()
    let lossy = LossyConnector<Int>(dropped: dropped)
    let sink = Inbox<Int>(capacity: 3)
    let source = testSource(form, 0..<10)
    try link(source.outbox, to: lossy.inbox)
    try link(lossy.outbox, to: sink)
    let handle = scheduler.activate(lossy)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning)
    #expect(drain(sink) == [0, 1, 2])
    #expect(dropped.count == 7)
  }

  @Test func `41b: once there is room again, messages pass a lossy connector again`() throws {
    let scheduler = Scheduler()
    let dropped = Tally()
    let lossy = LossyConnector<Int>(dropped: dropped)
    let feed = Outbox<Int>()
    let record = Record<Int>()
    let reader = Body(capacity: 2) { component in
      for number in 0..<5 { feed.post(number) }
      for _ in 0..<3 { await component.yield() }
      for _ in 0..<2 { await component.inbox.next().map(record.add) }
      feed.post(5)
      feed.finish()
      while let number = await component.inbox.next() { record.add(number) }
    }
    try link(feed, to: lossy.inbox)
    try link(lossy.outbox, to: reader.inbox)
    scheduler.activate(lossy)
    scheduler.activate(reader)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == [0, 1, 5])
    #expect(dropped.count == 3)
  }

  @Test func `41c: what is upstream of a lossy connector never waits for what is downstream`()
    throws
  {
    let (here, there) = (Scheduler(), Scheduler())
    let dropped = Tally()
    let lossy = LossyConnector<Int>(dropped: dropped)
    let source = TestSource(0..<10_000)
    let sink = TestSink<Int>(capacity: 1)
    let received = sink.received
    try link(source.outbox, to: lossy.inbox)
    try link(lossy.outbox, to: sink.inbox)
    here.activate(lossy)
    here.activate(source)
    there.activate(sink)
    #expect(runTogether(here, there).isEmpty)
    #expect(received.messages == received.messages.sorted())
    #expect(received.messages.count + dropped.count == 10_000)
    #expect(received.messages.first == 0)
  }
}
