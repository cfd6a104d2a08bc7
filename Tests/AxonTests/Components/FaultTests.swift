// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Faults {
  @Test(arguments: homely)
  func `an error is reported with the component's name and what waits in its inboxes`(
    form: Form
  ) throws {
    let faults = Record<Failure>()
    let scheduler = Scheduler(onFault: { faults.add($0) })
    let component: any NumberSink = broken(form)
    let feed = Outbox<Int>()
    try link(feed, to: component.inbox)
    for number in 0..<3 { feed.post(number) }
    let handle = scheduler.activate(component)
    #expect(scheduler.run().isEmpty)
    let fault = try #require(faults.entries.first)
    #expect(fault.component == handle.name)
    #expect(fault.error as? Mishap == Mishap())
    #expect(fault.depths.map(\.inbox) == ["inbox"])
    #expect(fault.depths.map(\.count) == [2])
    #expect("\(fault)" == "\(handle.name): Mishap() (waiting: inbox 2)")
    guard case .failed = handle.outcome else {
      Issue.record("the handle should know of the error")
      return
    }
    feed.finish()
  }

  private func broken(_ form: Form) -> sending any NumberSink {
    if form == .async {
      return Body { component in
        _ = await component.inbox.next()
        throw Mishap()
      }
    }
    return Turns { component in
      if component.inbox.take() != nil { throw Mishap() }
      return .pause
    }
  }

  /// Starts what the test gives it, and writes down how each child ends.
  final class Parent: Component {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    let record: Record<String>
    let body: (Parent) async throws -> Void

    init(_ record: Record<String>, _ body: @escaping (Parent) async throws -> Void) {
      self.record = record
      self.body = body
    }

    override func main() async throws { try await body(self) }

    override func childEnded(_ child: Handle, _ outcome: Outcome) {
      switch outcome {
      case .finished: record.add("finished")
      case .failed(let failure): record.add("\(failure.error)")
      }
      outbox.post(record.count)
    }
  }

  @Test(arguments: Form.allCases)
  func `a parent learns how a child ends, and may use its boxes then`(form: Form) throws {
    let scheduler = Scheduler(onFault: { _ in })
    let record = Record<String>()
    let numbers = Record<Int>()
    let parent = Parent(record) { parent in
      for isFailing in [false, true] {
        switch form {
        case .async: parent.activate(Body { _ in if isFailing { throw Mishap() } })
        case .callback:
          parent.activate(
            Turns { _ in
              if isFailing { throw Mishap() }
              return .finished
            })
        case .threaded: parent.activate(Blocking { _ in if isFailing { throw Mishap() } })
        }
        await parent.pause()
        while !parent.children.isEmpty { await parent.pause() }
      }
    }
    let sink = AsyncSink(numbers)
    try link(parent.outbox, to: sink.inbox)
    scheduler.activate(parent)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["finished", "Mishap()"])
    #expect(numbers.entries == [1, 2])
  }

  @Test func `children stop with their parent, also grandchildren`() throws {
    let scheduler = Scheduler()
    let record = Record<String>()
    scheduler.activate(
      Body { parent in
        parent.activate(
          Body { child in
            child.activate(
              Body { grandchild in
                await grandchild.pause()
                record.add("grandchild \(grandchild.isStopping)")
              })
            child.activate(Turns { _ in .pause })
            child.activate(Blocking { _ = $0.inbox.blockingNext() })
            await child.childrenEnded()
            record.add("child \(child.isStopping)")
          })
        for _ in 0..<5 { await parent.yield() }
        record.add("parent")
      })
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["parent", "grandchild true", "child true"])
  }

  @Test func `waiting for children doesn't forget a message that came meanwhile`() throws {
    let scheduler = Scheduler()
    let record = Record<String>()
    let parent = Parent(record) { parent in
      parent.activate(
        Body { child in for _ in 0..<5 { await child.yield() } })
      await parent.childrenEnded()
      await parent.pause()
      record.add("\(parent.inbox.take() ?? -1)")
    }
    let source = AsyncSource(7..<8)
    try link(source.outbox, to: parent.inbox)
    scheduler.activate(parent)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == ["finished", "7"])
  }

  @Test func `a parent may start a child anew when one ends`() throws {
    final class Restarting: Component {
      let record: Record<Int>
      init(_ record: Record<Int>) { self.record = record }
      override func main() async throws {
        start()
        await childrenEnded()
      }
      func start() {
        let record = record
        activate(
          Body { _ in
            record.add(1)
            throw Mishap()
          })
      }
      override func childEnded(_ child: Handle, _ outcome: Outcome) {
        if record.count < 10 { start() }
      }
    }
    let scheduler = Scheduler(onFault: { _ in })
    let record = Record<Int>()
    scheduler.activate(Restarting(record))
    #expect(scheduler.run().isEmpty)
    #expect(record.count == 10)
  }
}
