// SPDX-License-Identifier: Apache-2.0
import Axon
import Testing

private final class Borrower: Component {
  let borrowed: Inbox<Int>
  init(_ borrowed: Inbox<Int>) { self.borrowed = borrowed }
}

/// Programs that can't be right end at once, before they do harm.
@Suite struct Misuses {
  @Test func `reading another component's inbox is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      let owner = Body { component in await component.pause() }
      let inbox = owner.inbox
      scheduler.activate(owner)
      scheduler.activate(Body { _ in _ = inbox.take() })
      scheduler.run()
    }
  }

  @Test func `reading a running component's inbox from plain code is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      let owner = Body { component in await component.pause() }
      let inbox = owner.inbox
      scheduler.activate(owner)
      scheduler.run()
      _ = inbox.take()
    }
  }

  @Test func `sending from another component's outbox is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      let owner = Body { component in await component.pause() }
      let outbox = owner.outbox
      scheduler.activate(owner)
      scheduler.activate(Body { _ in outbox.post(1) })
      scheduler.run()
    }
  }

  @Test func `a box declared by two components is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      let owner = AsyncRelay()
      let borrower = Borrower(owner.inbox)
      scheduler.activate(owner)
      scheduler.activate(borrower)
      scheduler.run()
    }
  }

  @Test func `a box for no message is caught`() async {
    await #expect(processExitsWith: .failure) { _ = Inbox<Int>(capacity: 0) }
  }

  @Test func `waiting in a callback component is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      scheduler.activate(
        Turns { component in
          _ = component.inbox.blockingNext()
          return .finished
        })
      scheduler.run()
    }
  }

  @Test func `two tasks waiting for one inbox are caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      scheduler.activate(
        Body { component in
          let inbox = component.inbox
          async let other = inbox.next()
          _ = await inbox.next()
          _ = await other
        })
      scheduler.run()
    }
  }

  @Test func `a component that isn't running can't pause`() async {
    await #expect(processExitsWith: .failure) { await Body { _ in }.pause() }
  }

  @Test func `a scheduler started twice is caught`() async {
    await #expect(processExitsWith: .failure) {
      let scheduler = Scheduler()
      scheduler.start()
      scheduler.start()
    }
  }
}
