// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc
import Testing

@Suite(.serialized) struct TwoSchedulers {  // AXON 10
  static let count = 100_000
  static let pairs = Form.allCases.flatMap { one in Form.allCases.map { (one, $0) } }

  @Test(arguments: pairs)
  func `10: a hundred thousand messages each way between two threads: none lost, in order`(
    one: Form, other: Form
  ) throws {
    let (here, there) = (Scheduler(), Scheduler())
    let (came, went) = (Record<Int>(), Record<Int>())
    for (from, to, record, form, capacity) in [
      (here, there, went, one, 32), (there, here, came, other, 1),
    ] {
      let source = testSource(form, 0..<Self.count / (capacity == 1 ? 10 : 1))
      let sink = testSink(form, record, capacity: capacity)
      try link(source.outbox, to: sink.inbox)
      from.activate(source)
      to.activate(sink)
    }
    #expect(runTogether(here, there).isEmpty)
    #expect(went.entries == Array(0..<Self.count))
    #expect(came.entries == Array(0..<Self.count / 10))
  }

  /// Sends each number it gets back, plus one, and pauses in between.
  private func player(_ form: Form, begins: Bool, to last: Int) -> sending any NumberRelay {
    switch form {
    case .async:
      Body(capacity: 1) { component in
        if begins { await component.outbox.send(0) }
        while true {
          guard let number = component.inbox.take() else {
            if component.inbox.isFinished { return }
            await component.pause()
            continue
          }
          if number >= last { return }
          await component.outbox.send(number + 1)
          if number + 1 >= last { return }
        }
      }
    case .callback:
      Turns(capacity: 1) { [begins = Once(begins)] component in
        if begins.take() { component.outbox.post(0) }
        guard let number = component.inbox.take() else { return .pause }
        if number < last { component.outbox.post(number + 1) }
        return number + 1 >= last ? .finished : .pause
      }
    case .threaded:
      Blocking(capacity: 1) { component in
        if begins { component.outbox.blockingSend(0) }
        while let number = component.inbox.blockingNext() {
          if number < last { component.outbox.blockingSend(number + 1) }
          if number + 1 >= last { return }
        }
      }
    }
  }

  private final class Once {
    private var isOn: Bool
    init(_ isOn: Bool) { self.isOn = isOn }
    func take() -> Bool {
      defer { isOn = false }
      return isOn
    }
  }

  @Test(arguments: pairs)
  func `10b: a message that comes between deciding to pause and pausing is never lost`(
    one: Form, other: Form
  ) throws {
    let (here, there) = (Scheduler(), Scheduler())
    let last = one == other ? Self.count : Self.count / 10
    let first = player(one, begins: true, to: last)
    let second = player(other, begins: false, to: last)
    try link(first.outbox, to: second.inbox)
    try link(second.outbox, to: first.inbox)
    let handles = [here.activate(first), there.activate(second)]
    #expect(runTogether(here, there).isEmpty)
    #expect(handles.allSatisfy { !$0.isRunning })
  }

  @Test func `10c: six producers on two threads share one small box without loss`() throws {
    let (here, there) = (Scheduler(), Scheduler())
    let record = Record<Int>()
    let sink = testSink(.async, record, capacity: 4)
    for producer in 0..<6 {
      let start = 100_000 * producer
      let source = testSource(Form.allCases[producer % 3], start..<start + 5000)
      try link(source.outbox, to: sink.inbox)
      (producer.isMultiple(of: 2) ? here : there).activate(source)
    }
    here.activate(sink)
    #expect(runTogether(here, there).isEmpty)
    let entries = record.entries
    for producer in 0..<6 {
      let start = 100_000 * producer
      #expect(entries.filter { $0 / 100_000 == producer } == Array(start..<start + 5000))
    }
  }

  @Test(arguments: homely)
  func `plain code feeds a system from several threads`(form: Form) throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = testSink(form, record, capacity: 100_000)
    let feeds = (0..<3).map { _ in Outbox<Int>() }
    for feed in feeds { try link(feed, to: sink.inbox) }
    scheduler.activate(sink)
    var work: [@Sendable () -> Void] = [{ _ = scheduler.run() }]
    for (place, feed) in feeds.enumerated() {
      work.append {
        for number in 0..<10_000 { feed.post(100_000 * place + number) }
        feed.finish()
      }
    }
    onThreads(work)
    #expect(record.count == 30_000)
    for place in 0..<3 {
      #expect(
        record.entries.filter { $0 / 100_000 == place }.map { $0 % 100_000 } == Array(0..<10_000))
    }
  }

  @Test(arguments: homely)
  func `plain async code waits for room in a box`(form: Form) async throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = testSink(form, record, capacity: 2)
    let feed = Outbox<Int>()
    try link(feed, to: sink.inbox)
    scheduler.start()
    let handle = scheduler.activate(sink)
    for number in 0..<1000 { await feed.send(number) }
    feed.finish()
    while handle.isRunning { await Task.yield() }
    scheduler.stop()
    #expect(record.entries == Array(0..<1000))
  }

  @Test func `components come and go while another thread sends to them`() throws {
    for round in 0..<200 {
      let (here, there) = (Scheduler(), Scheduler())
      let source = testSource(Form.allCases[round % 3], 0..<1_000_000)
      let sink = Body(capacity: 4) { component in
        for _ in 0..<(round % 7) { _ = await component.inbox.next() }
      }
      try link(source.outbox, to: sink.inbox)
      let sender = here.activate(source)
      there.activate(sink)
      #expect(runTogether(here, there).isEmpty)
      #expect(!sender.isRunning)
    }
  }

  @Test func `unlinking and linking anew, while messages fly, loses none that was delivered`()
    throws
  {
    let (here, there) = (Scheduler(), Scheduler())
    let record = Record<Int>()
    let sent = Record<Int>()
    let feed = Body { component in
      var number = 0
      while !component.isStopping {
        if await component.outbox.send(number) { sent.add(number) }
        number += 1
      }
    }
    let sinks = (0..<2).map { _ in
      let sink = AsyncSink(record, capacity: 3)
      let inbox = sink.inbox
      there.activate(sink)
      return inbox
    }
    let keepers = sinks.map { inbox in
      let keeper = Outbox<Int>()
      _ = try? link(keeper, to: inbox)
      return keeper
    }
    let outbox = feed.outbox
    let sender = here.activate(feed)
    onThreads([
      { _ = here.run() }, { _ = there.run() },
      {
        for round in 0..<2000 {
          let linkage = try? link(outbox, to: sinks[round % 2])
          while record.count < round { sched_yield() }
          linkage?.unlink()
        }
        sender.stop()
        for keeper in keepers { keeper.finish() }
      },
    ])
    #expect(record.entries.sorted() == sent.entries)
  }
}
