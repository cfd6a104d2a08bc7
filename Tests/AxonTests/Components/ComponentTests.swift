// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Components {  // AXON 1-10
  @Test func `1: a new component has two inboxes and two outboxes, all empty`() {
    let component = AsyncRelay()
    #expect(component.inbox.isEmpty)
    #expect(component.control.isEmpty)
    #expect(!component.outbox.isHeard)
    #expect(!component.signal.isHeard)
    let scheduler = Scheduler()
    scheduler.activate(component)
    #expect(scheduler.run().count == 1)
    #expect(scheduler.postman.boxes.map(\.depth) == [0, 0, 0, 0])
    scheduler.stop()
    scheduler.run()
  }

  @Test func `2: messages arrive oldest first, and an empty box gives nil`() throws {
    let scheduler = Scheduler()
    let got = Record<Int?>()
    let reader = Body { component in
      got.add(component.inbox.take())
      await component.yield()
      for _ in 0..<4 { got.add(component.inbox.take()) }
    }
    let writer = Body { component in
      for number in 1...3 { await component.outbox.send(number) }
      await component.pause()
    }
    try link(writer.outbox, to: reader.inbox)
    scheduler.activate(reader)
    scheduler.activate(writer)
    scheduler.run()
    #expect(got.entries == [nil, 1, 2, 3, nil])
  }

  @Test(arguments: [false, true])
  func `3: a callback component is initialised once, and closed down also after an error`(
    throwing: Bool
  ) {
    final class Steps: CallbackComponent {
      let record: Record<String>
      let isThrowing: Bool
      var turns = 0
      init(_ record: Record<String>, isThrowing: Bool) {
        self.record = record
        self.isThrowing = isThrowing
      }
      override func initialiseComponent() { record.add("initialise") }
      override func mainBody() throws -> Turn {
        record.add("body")
        turns += 1
        if turns == 3, isThrowing { throw Mishap() }
        return turns == 3 ? .finished : .again
      }
      override func closeDownComponent() { record.add("close down") }
    }
    let record = Record<String>()
    let scheduler = Scheduler(onFault: { record.add("\($0.error)") })
    scheduler.activate(Steps(record, isThrowing: throwing))
    #expect(scheduler.run().isEmpty)
    let expected = ["initialise", "body", "body", "body", "close down"]
    #expect(record.entries == expected + (throwing ? ["Mishap()"] : []))
  }

  @Test func `4: a child that is removed takes its linkages with it`() throws {
    let scheduler = Scheduler()
    let wasLinked = Record<Bool>()
    scheduler.activate(
      Body { parent in
        let child = AsyncRelay()
        let inwards = try link(parent.outbox, to: child.inbox)
        let outwards = try link(child.outbox, to: parent.inbox)
        let handle = parent.activate(child)
        await parent.outbox.send(1)
        _ = await parent.inbox.next()
        wasLinked.add(inwards.isLinked && outwards.isLinked)
        handle.stop()
        while !parent.children.isEmpty { await parent.pause() }
        wasLinked.add(inwards.isLinked || outwards.isLinked)
      })
    #expect(scheduler.run().isEmpty)
    #expect(wasLinked.entries == [true, false])
  }

  @Test func `5: linkages between children are gone when their parent ends`() throws {
    let scheduler = Scheduler()
    let record = Record<Linkage>()
    let handles = Record<Handle>()
    scheduler.activate(
      Body { parent in
        let one = AsyncRelay()
        let other = AsyncRelay()
        record.add(try link(one.outbox, to: other.inbox))
        handles.add(parent.activate(one))
        handles.add(parent.activate(other))
        await parent.yield()
      })
    #expect(scheduler.run().isEmpty)
    #expect(record.entries.map(\.isLinked) == [false])
    #expect(handles.entries.map(\.isRunning) == [false, false])
  }

  @Test func `6: paused components get no turn while an hour passes`() throws {
    let scheduler = Scheduler(time: .virtual)
    let turns = Record<String>()
    scheduler.activate(
      Body { component in
        turns.add("async")
        await component.pause()
        turns.add("async again")
      })
    scheduler.activate(
      Turns { _ in
        turns.add("callback")
        return .pause
      })
    scheduler.activate(
      Body { component in
        for _ in 0..<3600 { try await component.sleep(for: .seconds(1)) }
        turns.add("hour")
      })
    #expect(scheduler.run().count == 2)
    #expect(turns.entries == ["async", "callback", "hour"])
    scheduler.stop()
    scheduler.run()
  }

  @Test(arguments: homely)
  func `7: delivery wakes the paused consumer and not its sender`(form: Form) throws {
    let scheduler = Scheduler()
    let wakes = Record<String>()
    let consumer: any NumberSink =
      form == .async
      ? Body { component -> Void in
        await component.pause()
        wakes.add("consumer \(component.inbox.take() ?? -1)")
        await component.pause()
        wakes.add("consumer again")
      }
      : Turns { component in
        if let number = component.inbox.take() { wakes.add("consumer \(number)") }
        return .pause
      }
    let sender = Body { component in
      await component.yield()
      await component.outbox.send(7)
      await component.pause()
      wakes.add("sender")
    }
    try link(sender.outbox, to: consumer.inbox)
    scheduler.activate(consumer)
    scheduler.activate(sender)
    #expect(scheduler.run().count == 2)
    #expect(wakes.entries == ["consumer 7"])
    scheduler.stop()
    scheduler.run()
  }

  /// Sends one number and says when that was done.
  private func single(
    _ form: Form, _ number: Int, _ log: Record<String>
  ) -> sending any NumberSource {
    if form == .async {
      return Body { component in
        await component.outbox.send(number)
        log.add("sent \(number)")
      }
    }
    return Turns { component in
      if component.outbox.isFull { return .pause }
      component.outbox.post(number)
      log.add("sent \(number)")
      return .finished
    }
  }

  @Test(arguments: homely)
  func `8: a message taken out lets exactly one of the waiting senders in, the first`(
    form: Form
  ) throws {
    let scheduler = Scheduler()
    let log = Record<String>()
    let consumer = Body(capacity: 1) { component in
      for _ in 0..<4 {
        for _ in 0..<5 { await component.yield() }
        log.add("take \(component.inbox.take() ?? -1)")
      }
    }
    for number in 0..<4 {
      let producer = single(form, number, log)
      try link(producer.outbox, to: consumer.inbox)
      scheduler.activate(producer)
    }
    scheduler.activate(consumer)
    #expect(scheduler.run().isEmpty)
    #expect(
      log.entries == [
        "sent 0", "take 0", "sent 1", "take 1", "sent 2", "take 2", "sent 3", "take 3",
      ])
  }

  @Test func `8b: a waiting sender that no longer wants its slot leaves it to the next`() throws {
    let scheduler = Scheduler()
    let log = Record<Int>()
    let consumer = Body(capacity: 1) { component in
      for _ in 0..<3 { await component.yield() }
      while let number = await component.inbox.next() { log.add(number) }
    }
    let filler = AsyncSource(0..<1)
    let asker = Turns { component in component.outbox.isFull ? .pause : .pause }
    let waiter = AsyncSource(1..<2)
    for source in [filler.outbox, asker.outbox, waiter.outbox] {
      try link(source, to: consumer.inbox)
    }
    scheduler.activate(filler)
    scheduler.activate(asker)
    scheduler.activate(waiter)
    scheduler.activate(consumer)
    #expect(scheduler.run().count == 2)
    #expect(log.entries == [0, 1])
    scheduler.stop()
    scheduler.run()
  }

  @Test func `9: in a chain only the final owner wakes on a send`() throws {
    let scheduler = Scheduler()
    let wakes = Record<String>()
    let inner = Body { component in
      while await component.inbox.next() != nil { wakes.add("inner") }
    }
    let outer = Turns { _ in
      wakes.add("outer")
      return .pause
    }
    let sender = AsyncSource(0..<3)
    try link(sender.outbox, to: outer.inbox)
    try link(outer.inbox, to: inner.inbox)
    scheduler.activate(outer)
    scheduler.activate(inner)
    scheduler.activate(sender)
    #expect(scheduler.run().count == 1)
    #expect(wakes.entries == ["outer", "inner", "inner", "inner"])
    scheduler.stop()
    scheduler.run()
  }
}
