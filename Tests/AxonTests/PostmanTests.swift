// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Postmen {
  @Test func `the books name every box, what waits there and where it leads`() throws {
    let scheduler = Scheduler()
    let source = Body { component in
      for number in 0..<3 { await component.outbox.send(number) }
      await component.pause()
    }
    let sink = Turns { _ in .pause }
    try link(source.outbox, to: sink.inbox)
    let from = scheduler.activate(source)
    let to = scheduler.activate(sink)
    scheduler.run()
    let boxes = scheduler.postman.boxes.sorted { $0.path < $1.path }
    #expect(
      Set(boxes.map(\.path)) == [
        "\(from.name).inbox", "\(from.name).outbox", "\(to.name).inbox", "\(to.name).outbox",
      ])
    #expect(boxes.filter(\.isOutbox).count == 2)
    #expect(boxes.first { $0.path == "\(to.name).inbox" }?.depth == 3)
    #expect(boxes.first { $0.path == "\(from.name).outbox" }?.next == "\(to.name).inbox")
    #expect(scheduler.postman.linkages.count == 1)
    scheduler.stop()
    scheduler.run()
  }

  @Test func `unlinking a component breaks every linkage to and from it`() throws {
    let scheduler = Scheduler()
    let first = Body { component in await component.pause() }
    let relay = CallbackRelay()
    let last = Body { component in await component.pause() }
    let inwards = try link(first.outbox, to: relay.inbox)
    let outwards = try link(relay.outbox, to: last.inbox)
    scheduler.activate(first)
    let handle = scheduler.activate(relay)
    scheduler.activate(last)
    scheduler.run()
    scheduler.postman.unlink(handle)
    #expect(!inwards.isLinked)
    #expect(!outwards.isLinked)
    #expect(scheduler.postman.linkages.isEmpty)
    scheduler.stop()
    scheduler.run()
  }

  @Test func `the books have the threaded components too`() throws {
    let scheduler = Scheduler()
    let (one, other) = (ThreadedRelay(), CallbackRelay())
    try link(one.outbox, to: other.inbox)
    try link(other.outbox, to: one.inbox)
    let handle = scheduler.activate(one)
    let next = scheduler.activate(other)
    scheduler.run()
    let boxes = scheduler.postman.boxes
    #expect(boxes.first { $0.path == "\(handle.name).inbox" }?.depth == 0)
    #expect(boxes.first { $0.path == "\(handle.name).outbox" }?.next == "\(next.name).inbox")
    #expect(scheduler.postman.linkages.count == 2)
    scheduler.postman.unlink(handle)
    #expect(scheduler.postman.linkages.isEmpty)
    scheduler.stop()
    scheduler.run()
  }

  @Test func `what waits for a thread that is busy is counted`() throws {
    let scheduler = Scheduler()
    let busy = Record<Int>()
    let free = Record<Int>()
    let sink = Blocking { component in
      busy.add(1)
      while free.count == 0 {}
      while component.inbox.blockingNext() != nil {}
    }
    let source = AsyncSource(0..<5)
    try link(source.outbox, to: sink.inbox)
    let handle = scheduler.activate(sink)
    scheduler.activate(source)
    let depths = Record<Int>()
    scheduler.activate(
      Body { component in
        while busy.count == 0 { await component.yield() }
        for _ in 0..<5 { await component.yield() }
        let boxes = component.scheduler.postman.boxes
        depths.add(boxes.first { $0.path == "\(handle.name).inbox" }?.depth ?? -1)
        free.add(1)
      })
    #expect(scheduler.run().isEmpty)
    #expect(depths.entries == [5])
  }
}
