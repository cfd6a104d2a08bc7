// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Trackers {  // AXON 26-28
  @Test func `26: registering a service twice is an error and leaves the first in place`() throws {
    let tracker = Scheduler().tracker
    let first = Inbox<Int>()
    try tracker.register(first, as: "selector")
    #expect(throws: TrackerError.alreadyRegistered("selector")) {
      try tracker.register(Inbox<Int>(), as: "selector")
    }
    let found: Inbox<Int> = try tracker.service("selector")
    #expect(found === first)
  }

  @Test func `27: an unknown service or value is an error, and so is one of another type`() throws {
    let tracker = Scheduler().tracker
    #expect(throws: TrackerError.unknown("selector")) {
      try tracker.service("selector", taking: Int.self)
    }
    #expect(throws: TrackerError.unknown("served")) { try tracker.value("served", as: Int.self) }
    #expect(throws: TrackerError.unknown("served")) { try tracker.update("served") { $0 += 1 } }
    try tracker.register(Inbox<Int>(), as: "selector")
    tracker.setValue("served", to: 1)
    #expect(throws: TrackerError.self) { try tracker.service("selector", taking: String.self) }
    #expect(throws: TrackerError.self) { try tracker.value("served", as: String.self) }
    #expect(throws: TrackerError.self) {
      try tracker.update("served") { (text: inout String) in text += "!" }
    }
  }

  @Test func `28: a value updated from two schedulers at once is never torn`() throws {
    let shared = Scheduler()
    let tracker = shared.tracker
    tracker.setValue("pair", to: [0, 0])
    let torn = Record<[Int]>()
    onThreads(
      (0..<2).map { _ in
        {
          let scheduler = Scheduler()
          scheduler.activate(
            Body { component in
              for _ in 0..<10_000 {
                try tracker.update("pair") { (pair: inout [Int]) in
                  pair[0] += 1
                  pair[1] += 1
                }
                let pair: [Int] = try tracker.value("pair")
                if pair[0] != pair[1] { torn.add(pair) }
              }
            })
          scheduler.run()
        }
      })
    #expect(torn.entries.isEmpty)
    #expect(try tracker.value("pair") == [20_000, 20_000])
  }

  @Test(arguments: [false, true])
  func `a service disappears with its component, and its name is free again`(
    saysWhose: Bool
  ) throws {
    let scheduler = Scheduler()
    let tracker = scheduler.tracker
    scheduler.activate(
      Body { component in
        try tracker.register(component.inbox, as: "echo", of: saysWhose ? component.handle : nil)
      })
    #expect(scheduler.run().isEmpty)
    #expect(throws: TrackerError.unknown("echo")) {
      try tracker.service("echo", taking: Int.self)
    }
    try tracker.register(Inbox<Int>(), as: "echo")
  }

  @Test func `a service is found by name and used from another scheduler`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    let sink = AsyncSink(record)
    try scheduler.tracker.register(sink.inbox, as: "log")
    let service: Inbox<Int> = try scheduler.tracker.service("log")
    scheduler.activate(sink)
    let outbox = Outbox<Int>()
    try link(outbox, to: service)
    onThreads([
      { scheduler.run() },
      {
        outbox.post(1)
        outbox.finish()
      },
    ])
    #expect(record.entries == [1])
  }
}
