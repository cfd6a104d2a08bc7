// SPDX-License-Identifier: Apache-2.0
import Axon
import Testing

final class Counter: Component {
  let outbox = Outbox<Int>()
  let limit: Int
  init(to limit: Int) { self.limit = limit }
  override func main() async throws {
    for number in 0..<limit { await outbox.send(number) }
  }
}

final class Collector: Component {
  let inbox = Inbox<Int>()
  let outbox = Outbox<[Int]>()
  override func main() async throws {
    var all: [Int] = []
    while let number = await inbox.next() { all.append(number) }
    await outbox.send(all)
  }
}

final class PassOn: CallbackComponent {
  let inbox = Inbox<Int>()
  let outbox = Outbox<Int>()
  override func mainBody() -> Turn {
    while !outbox.isFull, let number = inbox.take() { outbox.post(number) }
    return .pause
  }
}

final class Blocking: ThreadedComponent {
  let inbox = Inbox<Int>()
  let outbox = Outbox<Int>()
  override func threadMain() throws {
    while let number = inbox.blockingNext() { outbox.blockingSend(number) }
  }
}

@Test func `smoke`() throws {
  let scheduler = Scheduler()
  let counter = Counter(to: 1000)
  let pass = PassOn()
  let blocking = Blocking()
  let collector = Collector()
  let result = Inbox<[Int]>()
  try link(counter.outbox, to: pass.inbox)
  try link(pass.outbox, to: blocking.inbox)
  try link(blocking.outbox, to: collector.inbox)
  try link(collector.outbox, to: result)
  scheduler.activate(counter)
  scheduler.activate(pass)
  scheduler.activate(blocking)
  scheduler.activate(collector)
  let left = scheduler.run()
  #expect(left.isEmpty)
  #expect(result.take() == Array(0..<1000))
}

final class Doubler: Component, Source, Sink {
  let inbox = Inbox<Int>()
  let outbox = Outbox<Int>()
  override func main() async throws {
    while let n = await inbox.next() { await outbox.send(2 * n) }
  }
}
extension Counter: Source {}
extension Collector: Source, Sink {}

@Test func `pipe`() throws {
  let scheduler = Scheduler()
  let line = try Pipeline {
    Counter(to: 100)
    Doubler()
    Doubler()
    Collector()
  }
  let result = Inbox<[Int]>()
  try link(line.outbox, to: result)
  scheduler.activate(line)
  #expect(scheduler.run().isEmpty)
  #expect(result.take() == (0..<100).map { 4 * $0 })
}
@Test func `graph`() throws {
  let scheduler = Scheduler()
  let a = Counter(to: 100), b = Doubler(), c = Collector()
  let result = Inbox<[Int]>()
  try link(a.outbox, to: b.inbox)
  try link(b.outbox, to: c.inbox)
  try link(c.outbox, to: result)
  let graph = Graphline()
  graph.add(a)
  graph.add(b)
  graph.add(c)
  scheduler.activate(graph)
  #expect(scheduler.run().isEmpty)
  #expect(result.take() == (0..<100).map { 2 * $0 })
}
