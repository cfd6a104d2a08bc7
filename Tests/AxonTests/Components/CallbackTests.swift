// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Callbacks {
  @Test func `a callback component ends by itself when its inputs are used up`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = AsyncSource(0..<1000)
    let relay = CallbackRelay(capacity: 3)
    let sink = CallbackSink(record, capacity: 2)
    try link(source.outbox, to: relay.inbox)
    try link(relay.outbox, to: sink.inbox)
    scheduler.activate(sink)
    scheduler.activate(relay)
    scheduler.activate(source)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<1000))
  }

  @Test func `it doesn't while it waits for room to send what it still has`() throws {
    /// Sends each number ten times.
    final class Repeater: CallbackComponent {
      let inbox = Inbox<Int>()
      let outbox = Outbox<Int>()
      var pending: [Int] = []
      override func mainBody() -> Turn {
        while true {
          while let number = pending.last {
            if outbox.isFull { return .pause }
            outbox.post(number)
            pending.removeLast()
          }
          guard let number = inbox.take() else { return .pause }
          pending = Array(repeating: number, count: 10)
        }
      }
    }
    let scheduler = Scheduler()
    let record = Record<Int>()
    let source = AsyncSource(0..<10)
    let repeater = Repeater()
    let sink = AsyncSink(record, capacity: 3)
    try link(source.outbox, to: repeater.inbox)
    try link(repeater.outbox, to: sink.inbox)
    scheduler.activate(source)
    scheduler.activate(repeater)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == (0..<10).flatMap { Array(repeating: $0, count: 10) })
  }

  @Test func `all forms pass the same numbers on in the same order`() throws {
    for first in Form.allCases {
      for second in Form.allCases {
        for third in Form.allCases {
          let scheduler = Scheduler()
          let record = Record<Int>()
          let source = testSource(first, 0..<500)
          let relay = testRelay(second, capacity: 5)
          let sink = testSink(third, record, capacity: 1)
          try link(source.outbox, to: relay.inbox)
          try link(relay.outbox, to: sink.inbox)
          scheduler.activate(sink)
          scheduler.activate(relay)
          scheduler.activate(source)
          #expect(scheduler.run().isEmpty)
          #expect(record.entries == Array(0..<500), "\(first) \(second) \(third)")
        }
      }
    }
  }
}
