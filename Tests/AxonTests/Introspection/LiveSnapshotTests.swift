// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct LiveSnapshots {
  /// The component of this class, where there is one.
  private func find(_ type: String, in snapshot: Snapshot) throws -> ComponentSnapshot {
    try #require(snapshot.components.first { $0.type == type })
  }

  private func stop(_ scheduler: Scheduler) {
    scheduler.stop()
    scheduler.run()
  }

  @Test func `parents, embodiments, linkages and chains are there`() throws {
    let scheduler = Scheduler()
    let relay = CallbackRelay()
    let chain = try Pipeline {
      CountingStage()
      AsyncRelay()
    }
    try link(relay.outbox, to: chain.inbox)
    let relayHandle = scheduler.activate(relay)
    let chainHandle = scheduler.activate(chain)
    scheduler.run()
    let snapshot = scheduler.postman.snapshot()
    let stage = try find("CountingStage", in: snapshot)
    let last = try find("AsyncRelay", in: snapshot)
    #expect(snapshot.components.count == 4)
    #expect(stage.parent == chainHandle.name && last.parent == chainHandle.name)
    let first = try #require(snapshot.components.first { $0.name == relayHandle.name })
    #expect(first.embodiment == "callback" && first.parent == nil && first.state == .pausing)
    #expect(first.boxes.first { $0.isOutbox }?.next == chainHandle.name + ".inbox")
    let chassis = try #require(snapshot.components.first { $0.name == chainHandle.name })
    // In-in at the front, out-out at the end.
    #expect(chassis.boxes.first { !$0.isOutbox }?.next == stage.name + ".inbox")
    #expect(last.boxes.first { $0.isOutbox }?.next == chainHandle.name + ".outbox")
    #expect(stage.state == .waitingForMessage("inbox") && stage.embodiment == "async")
    stop(scheduler)
  }

  final class CountingStage: Component, Source, Sink {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func main() async throws {
      while let number = await inbox.next() { await outbox.send(number) }
    }
  }

  @Test(arguments: homely)
  func `a full inbox, its depth, and the sender that waits for room are seen`(form: Form) throws {
    let scheduler = Scheduler()
    let source = testSource(form, 0..<10)
    let sink = Turns(capacity: 3) { _ in .pause }
    try link(source.outbox, to: sink.inbox)
    let handle = scheduler.activate(source)
    scheduler.activate(sink)
    scheduler.run()
    let snapshot = scheduler.postman.snapshot()
    let inbox = try #require(try find("Turns", in: snapshot).boxes.first)
    #expect(inbox.statistics.depth == 3 && inbox.statistics.capacity == 3)
    #expect(inbox.statistics.isFull && inbox.statistics.sendersWaiting == 1)
    let sender = try #require(snapshot.components.first { $0.name == handle.name })
    #expect(sender.state == .waitingForRoom("outbox"))
    #expect(sender.boxes.first { $0.isOutbox }?.next == inbox.id)
    stop(scheduler)
  }

  @Test func `drops are counted`() throws {
    let scheduler = Scheduler()
    let sink = Turns(capacity: 2, whenFull: .dropOldest) { _ in .pause }
    let source = testSource(.callback, 0..<10)
    try link(source.outbox, to: sink.inbox)
    scheduler.activate(sink)
    scheduler.activate(source)
    scheduler.run()
    let snapshot = scheduler.postman.snapshot()
    let inbox = try #require(try find("Turns", in: snapshot).boxes.first)
    #expect(inbox.statistics.put == 10 && inbox.statistics.depth == 2)
    #expect(inbox.statistics.dropped == 8 && inbox.statistics.whenFull == .dropOldest)
    #expect(snapshot.changes(since: nil).contains("DROPS \"\(inbox.id)\" 8"))
    stop(scheduler)
  }

  @Test(arguments: Form.allCases)
  func `a component that fails is a fault, and its parent knows of it`(form: Form) throws {
    let scheduler = Scheduler(onFault: { _ in })
    let parent = Body { parent in
      switch form {
      case .async: parent.activate(Body { _ in throw Mishap() })
      case .callback: parent.activate(Turns { _ in throw Mishap() })
      case .threaded: parent.activate(Blocking { _ in throw Mishap() })
      }
      while !parent.isStopping { await parent.pause() }
    }
    let handle = scheduler.activate(parent)
    scheduler.run()
    let snapshot = scheduler.postman.snapshot()
    #expect(snapshot.faultCount == 1)
    let fault = try #require(snapshot.faults.first)
    #expect(fault.number == 1 && fault.text == "\(fault.component): Mishap()")
    #expect(snapshot.components.map(\.name) == [handle.name])
    #expect(snapshot.components[0].failedChildren == 1)
    #expect(
      snapshot.changes(since: nil).last
        == "FAULT \"\(fault.component)\" \"\(fault.component): Mishap()\"")
    stop(scheduler)
  }

  @Test func `of very many faults the last are kept, and all counted`() {
    let scheduler = Scheduler(onFault: { _ in })
    for _ in 0..<100 { scheduler.activate(Turns { _ in throw Mishap() }) }
    scheduler.run()
    let snapshot = scheduler.postman.snapshot()
    #expect(snapshot.faultCount == 100)
    #expect(snapshot.faults.map(\.number) == Array(85...100))
  }

  @Test func `a threaded component is seen from its scheduler's thread, with what waits in it`()
    throws
  {
    let scheduler = Scheduler()
    let reports = Record<Snapshot>()
    let thread = Blocking(capacity: 4) { thread in
      _ = thread.inbox.blockingNext()
      thread.outbox.blockingSend(1)
      // Until the other has looked.
      _ = thread.inbox.blockingNext()
    }
    let looker = Body { looker in
      await looker.outbox.send(0)
      // It is on its way, and takes nothing before the next message but one.
      _ = await looker.inbox.next()
      reports.add(looker.scheduler.postman.snapshot())
      looker.outbox.finish()
    }
    try link(looker.outbox, to: thread.inbox)
    try link(thread.outbox, to: looker.inbox)
    scheduler.activate(looker)
    let handle = scheduler.activate(thread)
    scheduler.run()
    let seen = try find("Blocking", in: try #require(reports.entries.first))
    #expect(seen.name == handle.name && seen.embodiment == "threaded")
    #expect(seen.boxes.map(\.name) == ["inbox", "outbox"])
    let inbox = try #require(seen.boxes.first).statistics
    #expect(inbox.capacity == 4 && inbox.put == 1)
    #expect(seen.boxes.last?.next?.hasSuffix(".inbox") == true)
    #expect(try find("Body", in: reports.entries[0]).boxes.last?.next == seen.boxes.first?.id)
    #expect(scheduler.postman.snapshot().components.isEmpty)
  }

  @Test func `boxes of plain code and of another scheduler are shown as others'`() throws {
    let (here, there) = (Scheduler(), Scheduler())
    let feed = Outbox<Int>()
    let reports = Record<Snapshot>()
    let looker = Body { looker in
      // The far one has begun when its word is here.
      _ = await looker.inbox.next()
      reports.add(looker.scheduler.postman.snapshot())
      looker.scheduler.stop()
    }
    let far = Body(capacity: 5) { far in
      await far.outbox.send(1)
      _ = await far.inbox.next()
    }
    let relay = AsyncRelay()
    try link(feed, to: relay.inbox)
    try link(relay.outbox, to: far.inbox)
    try link(far.outbox, to: looker.inbox)
    let relayHandle = here.activate(relay)
    let lookerHandle = here.activate(looker)
    let farHandle = there.activate(far)
    there.start()
    here.run()
    there.stop()
    feed.finish()
    let snapshot = try #require(reports.entries.first)
    #expect(snapshot.components.map(\.name) == [relayHandle.name, lookerHandle.name])
    #expect(
      Set(snapshot.others.map(\.name)) == [
        "unowned box", farHandle.name + ".inbox", farHandle.name + ".outbox",
      ])
    let fed = try #require(snapshot.others.first { $0.name == "unowned box" })
    #expect(fed.isOutbox && fed.next == relayHandle.name + ".inbox")
    let sink = try #require(snapshot.others.first { !$0.isOutbox })
    #expect(snapshot.components[0].boxes[1].next == sink.id && sink.statistics.capacity == 5)
  }

  @Test func `the postman's books hold threaded components too`() throws {
    let scheduler = Scheduler()
    let paths = Record<String>()
    let thread = Blocking { thread in
      thread.outbox.blockingSend(1)
      _ = thread.inbox.blockingNext()
    }
    let looker = Body { looker in
      // Its boxes are its own by now.
      _ = await looker.inbox.next()
      for box in looker.scheduler.postman.boxes { paths.add("\(box.path) \(box.next ?? "-")") }
    }
    try link(looker.outbox, to: thread.inbox)
    try link(thread.outbox, to: looker.inbox)
    let handle = scheduler.activate(thread)
    let name = scheduler.activate(looker).name
    scheduler.run()
    #expect(paths.entries.contains("\(handle.name).inbox -"))
    #expect(paths.entries.contains("\(name).outbox \(handle.name).inbox"))
  }
}

extension LiveSnapshots {
  /// Fails at a negative message.
  final class Frail: Component, Source, Sink {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func main() async throws {
      while let number = await inbox.next() {
        if number < 0 { throw Mishap() }
        await outbox.send(number)
      }
    }
  }

  @Test func `restarts of a supervised child are seen at it and at its supervisor`() throws {
    let scheduler = Scheduler(time: .virtual, onFault: { _ in })
    let supervisor = Supervisor()
    let port = supervisor.add { Frail() }
    let reports = Record<Snapshot>()
    let user = Body { user in
      await user.outbox.send(-1)
      try await user.sleep(for: .seconds(60))
      await user.outbox.send(7)
      // It is there again when its answer comes.
      _ = await user.inbox.next()
      reports.add(user.scheduler.postman.snapshot())
      user.scheduler.stop()
    }
    try link(user.outbox, to: port.inbox)
    try link(port.outbox, to: user.inbox)
    let handle = scheduler.activate(supervisor)
    scheduler.activate(user)
    scheduler.run()
    let snapshot = try #require(reports.entries.first)
    let child = try #require(snapshot.components.first { $0.type == "Frail" })
    let parent = try #require(snapshot.components.first { $0.name == handle.name })
    #expect(child.parent == handle.name && child.restarts == 1)
    #expect(parent.restarts == 1 && parent.failedChildren == 1 && snapshot.faultCount == 1)
    #expect(snapshot.changes(since: nil).contains("RESTARTS \"\(child.name)\" 1"))
  }
}
