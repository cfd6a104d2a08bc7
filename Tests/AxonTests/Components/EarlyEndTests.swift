// SPDX-License-Identifier: Apache-2.0
import Axon
import Testing

@Suite struct EarlyEndTests {
  private final class Counter: CallbackComponent, Sink {
    let inbox = Inbox<Int>()
    let total = Outbox<Int>()
    private var sum = 0

    override func mainBody() -> Turn {
      while let number = inbox.take() { sum += number }
      return .pause
    }

    override func closeDownComponent() { total.post(sum) }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [0, 3])
  func `a component whose producer finished before it began ends as any other`(count: Int) throws {
    let scheduler = Scheduler()
    let source = Outbox<Int>()
    let result = Inbox<Int>()
    let counter = Counter()
    try link(source, to: counter.inbox)
    try link(counter.total, to: result)
    for number in 0..<count { source.post(number) }
    source.finish()
    scheduler.activate(counter)
    #expect(scheduler.run().isEmpty)
    #expect(result.take() == count * (count - 1) / 2)
  }
}
