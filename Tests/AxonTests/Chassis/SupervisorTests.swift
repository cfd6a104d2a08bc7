// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Supervision {
  /// Passes numbers on; fails at a negative one, ends at a hundred.
  final class Fragile: Component, Source, Sink {
    let inbox: Inbox<Int>
    let outbox = Outbox<Int>()
    private let name: String
    private let log: Record<String>
    init(_ name: String = "a", _ log: Record<String> = Record(), capacity: Int = 1) {
      self.name = name
      self.log = log
      inbox = Inbox(capacity: capacity)
    }
    override func main() async throws {
      log.add("+\(name)")
      defer { log.add("-\(name)") }
      while let number = await inbox.next() {
        if number < 0 { throw Mishap() }
        if number == 100 { return }
        await outbox.send(number)
      }
    }
  }

  private func name(_ outcome: Outcome?) -> String {
    switch outcome {
    case nil: "runs"
    case .finished?: "finished"
    case .failed(let failure)?: "\(failure.error)"
    }
  }

  @Test func `a child that fails is started again; its neighbours see no break`() throws {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    let log = Record<String>()
    let supervisor = Supervisor(limit: RestartLimit(5, within: .seconds(1)))
    let port = supervisor.add { [log] in Fragile("a", log) }
    // Each mishap takes along the one message that waits in the child's inbox.
    let source = TestSource([0, 1, -1, 90, 2, 3, -1, 91, 4])
    let sink = TestSink<Int>()
    let received = sink.received
    try link(source.outbox, to: port.inbox)
    try link(port.outbox, to: sink.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages.filter { $0 < 90 } == [0, 1, 2, 3, 4])
    #expect(log.entries == ["+a", "-a", "+a", "-a", "+a", "-a"])
    #expect(faults.entries == ["Mishap()", "Mishap()"])
    #expect(handle.restarts == 2)
    #expect(name(handle.outcome) == "finished")
  }

  @Test(arguments: [
    (Supervisor.Restart.never, 1, 1), (.onFailure, 2, 1), (.always, 2, 2),
  ])
  func `the policy says after which end a child is started again`(
    restart: Supervisor.Restart, afterFailure: Int, afterEnd: Int
  ) throws {
    for (number, starts) in [(-1, afterFailure), (100, afterEnd)] {
      let scheduler = Scheduler(onFault: { _ in })
      let log = Record<String>()
      let supervisor = Supervisor()
      let port = supervisor.add(restart) { [log] in Fragile("a", log) }
      let feed = Outbox<Int>()
      try link(feed, to: port.inbox)
      let handle = scheduler.activate(supervisor)
      let user = Body { component in
        feed.post(number)
        for _ in 0..<20 { await component.yield() }
        #expect(log.entries.filter { $0 == "+a" }.count == starts)
        #expect(handle.isRunning == (starts == 2))
        feed.finish()
      }
      scheduler.activate(user)
      // Its input is over: even one that is always started again has ended for good.
      #expect(scheduler.run().isEmpty)
      #expect(name(handle.outcome) == "finished")
    }
  }

  /// Three children under a strategy; the one of this number fails once all have begun.
  private func log(_ strategy: Supervisor.Strategy, failing: Int) throws -> [String] {
    let scheduler = Scheduler(onFault: { _ in })
    let log = Record<String>()
    let supervisor = Supervisor(strategy)
    let feeds = [Outbox<Int>(), Outbox<Int>(), Outbox<Int>()]
    for (name, feed) in zip(["a", "b", "c"], feeds) {
      let port = supervisor.add { [log] in Fragile(name, log) }
      try link(feed, to: port.inbox)
    }
    scheduler.activate(supervisor)
    let user = Body { component in
      for _ in 0..<5 { await component.yield() }
      log.add("!")
      feeds[failing].post(-1)
      for _ in 0..<50 { await component.yield() }
      for feed in feeds { feed.finish() }
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    let entries = log.entries
    #expect(entries.prefix(4) == ["+a", "+b", "+c", "!"])
    return Array(entries.dropFirst(4).dropLast(3))
  }

  @Test func `the strategy says which others are started again with it, in order`() throws {
    #expect(try log(.oneForOne, failing: 1) == ["-b", "+b"])
    let all = try log(.oneForAll, failing: 1)
    #expect(Set(all.prefix(3)) == ["-a", "-b", "-c"])
    #expect(all.suffix(3) == ["+a", "+b", "+c"])
    let rest = try log(.restForOne, failing: 1)
    #expect(Set(rest.prefix(2)) == ["-b", "-c"])
    #expect(rest.suffix(2) == ["+b", "+c"])
    #expect(try log(.restForOne, failing: 2) == ["-c", "+c"])
  }

  @Test func `one restart too many ends the supervisor with a clear error, and its children`()
    throws
  {
    let scheduler = Scheduler(onFault: { _ in })
    let supervisor = Supervisor(limit: RestartLimit(2, within: .seconds(10)))
    let log = Record<String>()
    let broken = supervisor.add { [log] in Fragile("a", log) }
    supervisor.add { [log] in Fragile("b", log) }
    let source = TestSource(Array(repeating: -1, count: 10))
    try link(source.outbox, to: broken.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(log.entries.filter { $0 == "+a" }.count == 3)
    #expect(log.entries.filter { $0 == "-b" }.count == 1)
    #expect(handle.restarts == 2)
    let outcome = name(handle.outcome)
    #expect(outcome.hasPrefix("more than 2 restarts within 10.0 seconds; the last child"))
    #expect(outcome.hasSuffix(": Mishap()"))
  }

  @Test func `restarts that lie further apart than the limit's time are never too many`() throws {
    let scheduler = Scheduler(time: .virtual, onFault: { _ in })
    let supervisor = Supervisor(limit: RestartLimit(2, within: .seconds(10)))
    let port = supervisor.add { Fragile() }
    let source = Body { component in
      for _ in 0..<100 {
        await component.outbox.send(-1)
        try await component.sleep(for: .seconds(6))
      }
    }
    try link(source.outbox, to: port.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(handle.restarts == 100)
    #expect(name(handle.outcome) == "finished")
  }

  @Test func `a restart waits longer each time, and messages wait in the port meanwhile`() throws {
    let scheduler = Scheduler(time: .virtual, onFault: { _ in })
    let starts = Record<Instant>()
    final class Start: Component, Source, Sink {
      let inbox = Inbox<Int>(capacity: 1)
      let outbox = Outbox<Int>()
      private let starts: Record<Instant>
      init(_ starts: Record<Instant>) { self.starts = starts }
      override func main() async throws {
        starts.add(now)
        while let number = await inbox.next() {
          if number < 0 { throw Mishap() }
          await outbox.send(number)
        }
      }
    }
    let supervisor = Supervisor(
      limit: RestartLimit(10, within: .seconds(60)),
      backOff: BackOff(first: .seconds(1), longest: .seconds(3)))
    let port = supervisor.add { [starts] in Start(starts) }
    let feed = Outbox<Int>()
    let sink = TestSink<Int>()
    let received = sink.received
    try link(feed, to: port.inbox)
    try link(port.outbox, to: sink.inbox)
    scheduler.activate(supervisor)
    scheduler.activate(sink)
    let user = Body { component in
      for wait in [1, 2, 3, 3] {
        feed.post(-1)
        for _ in 0..<10 { await component.yield() }
        feed.post(wait)
        try await component.sleep(for: .seconds(wait))
      }
      feed.finish()
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    #expect(
      starts.entries == [0, 1, 3, 6, 9].map { Instant(nanoseconds: $0 * 1_000_000_000) })
    #expect(received.messages == [1, 2, 3, 3])
    #expect(received.times == [1, 3, 6, 9].map { .seconds($0) })
  }

  @Test func `a factory that fails counts as its child's failure`() throws {
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    let tries = Record<Int>()
    let supervisor = Supervisor(limit: RestartLimit(3, within: .seconds(1)))
    supervisor.add { [tries] in
      tries.add(1)
      if tries.count < 3 { throw Mishap() }
      return OneShot(1)
    }
    let handle = scheduler.activate(supervisor)
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries == ["Mishap()", "Mishap()"])
    #expect(handle.restarts == 2)
    #expect(name(handle.outcome) == "finished")
  }

  @Test func `the end of the last listener is for good, and what feeds the child ends too`()
    throws
  {
    let scheduler = Scheduler()
    let log = Record<String>()
    let supervisor = Supervisor()
    let port = supervisor.add(.always) { [log] in Fragile("a", log) }
    let source = TestSource(Array(repeating: 7, count: 100_000))
    let sink = TestSink<Int>(taking: 3)
    try link(source.outbox, to: port.inbox)
    try link(port.outbox, to: sink.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(log.entries == ["+a", "-a"])
    #expect(name(handle.outcome) == "finished")
  }

  @Test func `a shutdown ends the children, and starts none again`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let log = Record<String>()
    let supervisor = Supervisor()
    for name in ["a", "b"] { supervisor.add(.always) { [log] in Fragile(name, log) } }
    let signal = Outbox<Signal>()
    try link(signal, to: supervisor.control)
    let handle = scheduler.activate(supervisor)
    let user = Body { component in
      for _ in 0..<5 { await component.yield() }
      signal.post(.shutdown)
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    #expect(log.entries == ["+a", "+b", "-a", "-b"])
    #expect(handle.restarts == 0)
  }

  @Test func `producerFinished lets the children finish what is queued`() throws {
    let scheduler = Scheduler()
    let supervisor = Supervisor()
    let port = supervisor.add { Fragile() }
    let (feed, signal) = (Outbox<Int>(), Outbox<Signal>())
    let sink = TestSink<Int>()
    let received = sink.received
    try link(feed, to: port.inbox)
    try link(port.outbox, to: sink.inbox)
    try link(signal, to: supervisor.control)
    for number in 0..<20 { feed.post(number) }
    signal.post(.producerFinished)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == Array(0..<20))
    #expect(name(handle.outcome) == "finished")
  }

  @Test func `ports may be linked with each other: a row whose parts fail one by one`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let supervisor = Supervisor(limit: RestartLimit(100, within: .seconds(1000)))
    let first = supervisor.add {
      Map { (number: Int) in
        if number % 10 == 3 { throw Mishap() }
        return number
      }
    }
    let second = supervisor.add {
      Map { (number: Int) in
        if number % 10 == 7 { throw Mishap() }
        return number
      }
    }
    let sink = TestSink<Int>()
    let received = sink.received
    try link(first.outbox, to: second.inbox)
    try link(second.outbox, to: sink.inbox)
    let source = Body { component in
      for number in 0..<100 {
        await component.outbox.send(number)
        // One at a time, so that no mishap takes others along.
        for _ in 0..<20 { await component.yield() }
      }
    }
    try link(source.outbox, to: first.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(source)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == (0..<100).filter { $0 % 10 != 3 && $0 % 10 != 7 })
    #expect(handle.restarts == 20)
  }

  @Test func `neighbours and children on other threads see no break either`() throws {
    let (here, there) = (Scheduler(onFault: { _ in }), Scheduler())
    let supervisor = Supervisor(limit: RestartLimit(1000, within: .seconds(1000)))
    let port = supervisor.add {
      Blocking(capacity: 1) { component in
        while let number = component.inbox.blockingNext() {
          if number % 100 == 50 { throw Mishap() }
          component.outbox.blockingSend(number)
        }
      }
    }
    let source = TestSource(0..<1000)
    let sink = TestSink<Int>()
    let received = sink.received
    try link(source.outbox, to: port.inbox)
    try link(port.outbox, to: sink.inbox)
    let handle = here.activate(supervisor)
    there.activate(source)
    there.activate(sink)
    #expect(runTogether(here, there).isEmpty)
    #expect(handle.restarts == 10)
    #expect(received.messages == received.messages.sorted())
    // Lost: the ten that failed, and at most one each that waited in the child's inbox.
    #expect((980...990).contains(received.messages.count))
  }

  @Test func `a child says how often its place was restarted`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let counts = Record<Int>()
    final class Teller: Component {
      private let counts: Record<Int>
      init(_ counts: Record<Int>) { self.counts = counts }
      override func main() async throws {
        counts.add(handle.restarts)
        if counts.count < 3 { throw Mishap() }
      }
    }
    let supervisor = Supervisor()
    supervisor.add { [counts] in Teller(counts) }
    scheduler.activate(supervisor)
    #expect(scheduler.run().isEmpty)
    #expect(counts.entries == [0, 1, 2])
  }

  @Test func `a supervisor that is never activated leaves nobody waiting`() throws {
    let scheduler = Scheduler()
    let sink = TestSink<Int>()
    try {
      let supervisor = Supervisor()
      let port = supervisor.add { Fragile() }
      try link(port.outbox, to: sink.inbox)
    }()
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
  }
}
