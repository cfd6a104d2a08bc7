// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Testing

@Suite struct Shapes {
  @Test func `a map changes each message, in order`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<1000)
        Map { (number: Int) in "\(number)" }
      })
    #expect(run.messages == (0..<1000).map { "\($0)" })
    #expect(run.error == nil)
  }

  @Test func `what a map's function throws ends the row`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<1000)
        Map { (number: Int) in
          if number == 3 { throw Mishap() }
          return number
        }
      })
    #expect(run.messages == [0, 1, 2])
    #expect(run.error as? Mishap == Mishap())
  }

  /// Travels, but may not be shared.
  final class Parcel {
    var content: [Int]
    init(_ content: [Int]) { self.content = content }
  }

  @Test func `a map hands over messages that can't be shared`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<3)
        Map { (number: Int) in Parcel([number]) }
        PassThrough<Parcel>()
        Map { (parcel: sending Parcel) in
          parcel.content.append(7)
          return parcel
        }
        Map { (parcel: Parcel) in parcel.content }
      })
    #expect(run.messages == [[0, 7], [1, 7], [2, 7]])
  }

  @Test func `a flat map gives none, one or many, and at the end what is left`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(["one two", "", "three"])
        FlatMap<String, Substring>(atEnd: { ["end"] }) { $0.split(separator: " ") }
      })
    #expect(run.messages == ["one", "two", "three", "end"])
  }

  @Test func `a flat map that is stopped doesn't say what is left`() throws {
    let scheduler = Scheduler()
    let received = Received<Int>()
    let line = try Pipeline {
      TestSource(0..<1000)
      FlatMap(atEnd: { [-1] }) { (number: Int) in [number, number] }
      TestSink(received, taking: 5)
    }
    scheduler.activate(line)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == [0, 0, 1, 1, 2])
  }

  @Test func `a filter passes what it is asked for`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource(0..<1000)
        Filter { $0 % 10 == 0 }
      })
    #expect(run.messages == (0..<100).map { 10 * $0 })
  }

  @Test func `for each message the function is called`() throws {
    let scheduler = Scheduler()
    let record = Record<Int>()
    scheduler.activate(
      try Pipeline {
        TestSource(0..<1000)
        ForEach { (number: Int) in record.add(number) }
      })
    #expect(scheduler.run().isEmpty)
    #expect(record.entries == Array(0..<1000))
  }

  @Test func `an element is taken out of each tuple`() throws {
    let run = try TestRun(
      of: Pipeline {
        TestSource([("a", 1), ("b", 2)])
        Detuple<(String, Int), Int>(\.1)
      })
    #expect(run.messages == [1, 2])
  }

  @Test func `one shot is sent once, then its receivers finish`() throws {
    let run = try TestRun(
      of: Pipeline {
        OneShot("once")
        PassThrough<String>()
      })
    #expect(run.messages == ["once"])
    #expect(run.error == nil)
  }

  @Test func `the queue of a pass-through has its own policy`() throws {
    let scheduler = Scheduler()
    let pass = PassThrough<Int>(capacity: 2, whenFull: .dropOldest)
    let sink = TestSink<Int>()
    let received = sink.received
    let feed = Outbox<Int>()
    try link(feed, to: pass.inbox)
    try link(pass.outbox, to: sink.inbox)
    for number in 0..<5 { feed.post(number) }
    feed.finish()
    scheduler.activate(pass)
    scheduler.activate(sink)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == [3, 4])
  }

  @Test func `an end downstream ends every shape, and what feeds it`() throws {
    let scheduler = Scheduler()
    let received = Received<Int>()
    let row = try Pipeline {
      TestSource(0..<100_000)
      Map { (number: Int) in number }
      Filter { $0 >= 0 }
      FlatMap { (number: Int) in [number] }
      PassThrough<Int>()
      TestSink(received, taking: 3)
    }
    scheduler.activate(row)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == [0, 1, 2])
  }
}
