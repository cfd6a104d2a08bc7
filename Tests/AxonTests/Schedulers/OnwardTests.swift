// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite(.serialized) struct `Inboxes linked onward in use` {
  @Test(arguments: Form.allCases)
  func `18e: what another thread sends meanwhile moves on too, in order`(form: Form) throws {
    for round in 0..<300 {
      let (here, there) = (Scheduler(), Scheduler())
      let record = Record<Int>()
      let source = testSource(form, 0..<60)
      let parent = Body(capacity: 1 + round % 4) { component in
        for _ in 0..<(round % 5) { if component.inbox.count == 0 { await component.yield() } }
        let child = AsyncSink(record, capacity: 4)
        try link(component.inbox, to: child.inbox)
        component.activate(child)
        await component.childrenEnded()
      }
      try link(source.outbox, to: parent.inbox)
      here.activate(parent)
      there.activate(source)
      #expect(runTogether(here, there).isEmpty)
      #expect(record.entries == Array(0..<60))
    }
  }

  @Test func `18f: linked on to one child after another, no message stays behind`() throws {
    for count in [1, 2, 4] {
      let (here, there) = (Scheduler(), Scheduler())
      let (record, sent) = (Record<Int>(), Record<Int>())
      let source = Body { component in
        for number in 0..<3000 {
          if await component.outbox.send(number) { sent.add(number) }
        }
      }
      let parent = Body(capacity: count) { component in
        var children: [(inbox: Inbox<Int>, keeper: Outbox<Int>)] = []
        for _ in 0..<3 {
          let child = AsyncSink(record, capacity: 4)
          let keeper = Outbox<Int>()
          try link(keeper, to: child.inbox)
          children.append((child.inbox, keeper))
          component.activate(child)
        }
        var turn = 0
        while sent.count < 2990 {
          let linkage = try? link(component.inbox, to: children[turn % 3].inbox)
          for _ in 0..<(turn % 4) { await component.yield() }
          linkage?.unlink()
          await component.yield()
          turn += 1
        }
        while (try? link(component.inbox, to: children[turn % 3].inbox)) == nil {
          await component.yield()
        }
        while sent.count < 3000 { await component.yield() }
        for child in children { child.keeper.finish() }
        await component.childrenEnded()
      }
      try link(source.outbox, to: parent.inbox)
      here.activate(parent)
      there.activate(source)
      #expect(runTogether(here, there).isEmpty)
      #expect(sent.count == 3000)
      #expect(record.entries.sorted() == sent.entries)
    }
  }

  @Test func `an inbox in use on another thread isn't linked onward from here`() throws {
    let scheduler = Scheduler()
    let (one, other) = (AsyncRelay(), AsyncRelay())
    let (inbox, target) = (one.inbox, other.inbox)
    let keeper = Outbox<Int>()
    try link(keeper, to: inbox)
    let begun = Record<Int>()
    scheduler.activate(one)
    scheduler.activate(Body { _ in begun.add(1) })
    scheduler.start()
    while begun.count == 0 {}
    #expect(throws: LinkError.self) { try link(inbox, to: target) }
    keeper.finish()
    scheduler.stop()
  }
}
