// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct TestEnds {
  @Test func `a source sends what it was given, and fails if so told`() throws {
    let run = try TestRun(of: Pipeline { TestSource(["a", "b"]) })
    #expect(run.messages == ["a", "b"])
    #expect(run.error == nil)
    let failing = try TestRun(of: Pipeline { TestSource(["a"], failingWith: Mishap()) })
    #expect(failing.messages == ["a"])
    #expect(failing.error as? Mishap == Mishap())
  }

  @Test func `a sink notes the time of each message`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<3)
        RateControl<Int>(unitsPerSecond: 2, debt: .paid)
      }, time: .virtual)
    #expect(run.arrivals.map(\.time) == [.zero, .milliseconds(500), .seconds(1)])
  }

  @Test func `a run that never ends says who is left`() throws {
    let row = try Pipeline { SleepForEver() }
    let run = try TestRun(of: row)
    let names = try #require(run.error as? NeverEnded).names
    #expect(names.contains { $0.hasPrefix("SleepForEver") })
  }

  final class SleepForEver: Component, Source {
    let inbox = Inbox<Int>()
    let outbox = Outbox<Int>()
    override func main() async throws { _ = await inbox.next() }
  }

  @Test func `a test waits for messages beside a scheduler that runs, and for the end`()
    async throws
  {
    let scheduler = Scheduler()
    let feed = Outbox<Int>()
    let sink = TestSink<Int>()
    let received = sink.received
    try link(feed, to: sink.inbox)
    scheduler.activate(sink)
    scheduler.start()
    feed.post(1)
    feed.post(2)
    #expect(await received.reaches(2) == [1, 2])
    #expect(!received.hasEnded)
    feed.post(3)
    feed.finish()
    #expect(await received.reaches(100) == [1, 2, 3])
    #expect(await received.end() == [1, 2, 3])
    scheduler.stop()
  }

  @Test func `a sink that is never activated has ended`() async {
    let received = Received<Int>()
    _ = TestSink(received)
    #expect(await received.end() == [])
  }
}
