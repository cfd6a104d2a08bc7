// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Introspectors {
  /// Takes the introspector's messages, so many; then it ends.
  final class Reader: Component, Sink {
    let inbox = Inbox<String>()
    let record: Record<String>
    let most: Int
    let slowness: Duration?

    init(_ record: Record<String>, most: Int, slowness: Duration? = nil) {
      self.record = record
      self.most = most
      self.slowness = slowness
    }

    override func main() async throws {
      while record.count < most, let message = await inbox.next() {
        record.add(message)
        if let slowness { try await sleep(for: slowness) }
      }
    }
  }

  /// A component that comes and goes at set times.
  final class Visitor: Component {
    let times: [Duration]
    init(_ times: [Duration]) { self.times = times }
    override func main() async throws {
      for time in times {
        try await sleep(for: time)
        activate(Turns { _ in .finished })
        activate(Body { body in try await body.sleep(for: .seconds(30)) })
      }
      try await sleep(for: .seconds(1000))
    }
  }

  private func introspect(
    on scheduler: Scheduler, most: Int, slowness: Duration? = nil,
    detail: Snapshot.Detail = .events
  ) throws -> Record<String> {
    let record = Record<String>()
    let introspector = Introspector(every: .seconds(2), detail: detail)
    let reader = Reader(record, most: most, slowness: slowness)
    try link(introspector.outbox, to: reader.inbox)
    scheduler.activate(reader)
    scheduler.activate(introspector)
    return record
  }

  @Test func `it tells all at first, then only what has changed`() throws {
    let scheduler = Scheduler(time: .virtual)
    let visitor = scheduler.activate(Visitor([.seconds(11)]))
    let record = try introspect(on: scheduler, most: 3)
    scheduler.activate(
      Body { body in
        try await body.sleep(for: .seconds(50))
        visitor.stop()
      })
    #expect(scheduler.run().isEmpty)
    let messages = record.entries
    try #require(messages.count == 3)
    #expect(messages[0].hasPrefix("DEL ALL\nADD NODE \"\(visitor.name)\" "))
    #expect(messages[0].hasSuffix("\n"))
    // The one that came stayed for 30 s, then went; the other was gone before the next look.
    #expect(messages[1].split(separator: "\n").allSatisfy { $0.hasPrefix("ADD ") })
    #expect(messages[1].split(separator: "\n").count == 5)
    #expect(messages[2].split(separator: "\n").allSatisfy { $0.hasPrefix("DEL ") })
  }

  @Test func `when nothing changes it says nothing, however long`() throws {
    let scheduler = Scheduler(time: .virtual)
    let record = try introspect(on: scheduler, most: 100, detail: .counts)
    scheduler.activate(
      Body { body in
        // Between two looks.
        try await body.sleep(for: .seconds(3601))
        body.scheduler.stop()
      })
    scheduler.run()
    #expect(record.count == 1)
    #expect(scheduler.now >= Instant(nanoseconds: 3_600_000_000_000))
  }

  @Test func `it ends with its listener, and the scheduler with it`() throws {
    let scheduler = Scheduler(time: .virtual)
    let record = try introspect(on: scheduler, most: 1)
    #expect(scheduler.run().isEmpty)
    #expect(record.count == 1)
  }

  @Test func `with nobody to listen it ends at once`() {
    let scheduler = Scheduler(time: .virtual)
    let handle = scheduler.activate(Introspector())
    #expect(scheduler.run().isEmpty)
    #expect(!handle.isRunning && scheduler.now == Instant(nanoseconds: 0))
  }

  @Test func `a slow listener gets the newest state, and nothing piles up`() throws {
    let scheduler = Scheduler(time: .virtual)
    let visitor = scheduler.activate(Visitor(Array(repeating: .seconds(3), count: 40)))
    let record = Record<String>()
    let introspector = Introspector(every: .seconds(1))
    let reader = Slow(record)
    try link(introspector.outbox, to: reader.inbox)
    scheduler.activate(reader)
    scheduler.activate(introspector)
    scheduler.activate(
      Body { body in
        try await body.sleep(for: .seconds(400))
        visitor.stop()
      })
    scheduler.run()
    // Applied in order, what it was told is what there was in the end: itself and the introspector.
    var names: Set<Substring> = []
    for line in record.entries.joined().split(separator: "\n") {
      let words = line.split(separator: " ")
      if line == "DEL ALL" { names = [] }
      if line.hasPrefix("ADD NODE"), line.hasSuffix("component") { names.insert(words[2]) }
      if line.hasPrefix("DEL NODE") { names.remove(words[2]) }
    }
    #expect(record.count < 12)
    #expect(names.count == 2, "\(names)")
  }

  /// Takes a message each 50 s until one says that the visitor has gone.
  final class Slow: Component, Sink {
    let inbox = Inbox<String>(capacity: 1)
    let record: Record<String>
    init(_ record: Record<String>) { self.record = record }
    override func main() async throws {
      while let message = await inbox.next() {
        record.add(message)
        if message.contains("DEL NODE \"Visitor_") { return }
        try await sleep(for: .seconds(50))
      }
    }
  }

  @Test func `a component that fails while it listens is told`() throws {
    let scheduler = Scheduler(time: .virtual, onFault: { _ in })
    let record = try introspect(on: scheduler, most: 2)
    let failing = scheduler.activate(
      Body { body in
        try await body.sleep(for: .seconds(5))
        throw Mishap()
      })
    scheduler.run()
    let last = try #require(record.entries.last)
    #expect(last.contains("DEL NODE \"\(failing.name)\"\n"))
    #expect(last.hasSuffix("FAULT \"\(failing.name)\" \"\(failing.name): Mishap()\"\n"))
  }
}
