// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc
import Testing

@Suite struct Consoles {
  static let text: Bytes = Array("one\r\ntwo\n\nfünf\nlast".utf8)
  static let lines = ["one", "two", "", "fünf", "last"]

  @Test(arguments: 0...text.count)
  func `lines come out the same wherever the stream is cut`(cut: Int) {
    var cutter = LineCutter()
    var lines = cutter.lines(in: Self.text.prefix(cut))
    lines += cutter.lines(in: Self.text.dropFirst(cut))
    #expect(lines == Self.lines.dropLast())
    #expect(cutter.lastLine() == "last")
    #expect(cutter.lastLine() == nil)
  }

  @Test func `a line that is too long comes in pieces`() {
    var cutter = LineCutter(longest: 4)
    #expect(cutter.lines(in: Array("abcdefghi\nabcd\n".utf8)) == ["abcd", "efgh", "i", "abcd"])
  }

  @Test func `what is no UTF-8 is repaired`() {
    var cutter = LineCutter()
    #expect(cutter.lines(in: [65, 0xFF, 66, 10]) == ["A\u{FFFD}B"])
  }

  /// Both ends of a pipe.
  private func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private func write(_ bytes: Bytes, to descriptor: Int32) {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    #expect(count == bytes.count)
  }

  private func readAll(_ descriptor: Int32) -> String {
    var all: Bytes = []
    while true {
      let some = unsafe Bytes(unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, unsafe read(descriptor, buffer.baseAddress, buffer.count))
      }
      if some.isEmpty { return String(decoding: all, as: UTF8.self) }
      all += some
    }
  }

  @Test func `lines are read until the input ends`() throws {
    let ends = try pipe()
    defer { close(ends.reading) }
    write(Self.text, to: ends.writing)
    close(ends.writing)
    let run = try TestRun(
      of: Pipeline {
        ConsoleReader(descriptor: ends.reading)
        PassThrough<String>()
      })
    #expect(run.messages == Self.lines)
    #expect(run.error == nil)
  }

  @Test func `lines go through a row from one descriptor to another, however many`() throws {
    let (from, to) = (try pipe(), try pipe())
    defer {
      close(from.reading)
      close(to.reading)
    }
    let scheduler = Scheduler()
    scheduler.activate(
      try Pipeline {
        ConsoleReader(descriptor: from.reading)
        Map { (line: String) in line.uppercased() }
        ConsoleWriter(descriptor: to.writing)
      })
    let text = Record<String>()
    let numbers = 0..<20_000
    onThreads([
      {
        scheduler.run()
        close(to.writing)
      },
      {
        for number in numbers { write(Bytes("line \(number)\n".utf8), to: from.writing) }
        close(from.writing)
      },
      { text.add(readAll(to.reading)) },
    ])
    #expect(text.entries == [numbers.map { "LINE \($0)\n" }.joined()])
  }

  @Test func `a reader that waits for input ends when it is told to, or when nobody listens`()
    throws
  {
    let ends = try pipe()
    defer {
      close(ends.reading)
      close(ends.writing)
    }
    write(Array("one\n".utf8), to: ends.writing)
    let scheduler = Scheduler()
    let received = Received<String>()
    scheduler.activate(
      try Pipeline {
        ConsoleReader(descriptor: ends.reading)
        TestSink(received, taking: 1)
      })
    let quiet = try pipe()
    defer {
      close(quiet.reading)
      close(quiet.writing)
    }
    let other = scheduler.activate(ConsoleReader(descriptor: quiet.reading))
    let user = Body { component in
      while !received.hasEnded { await component.yield() }
      other.stop()
    }
    scheduler.activate(user)
    #expect(scheduler.run().isEmpty)
    #expect(received.messages == ["one"])
  }

  @Test func `a descriptor that can't be read or written is an error that names it`() throws {
    let ends = try pipe()
    let run = try TestRun(
      of: Pipeline {
        ConsoleReader(descriptor: ends.writing)
        PassThrough<String>()
      })
    #expect("\(try #require(run.error))".hasPrefix("read descriptor \(ends.writing): "))
    let faults = Record<String>()
    let scheduler = Scheduler(onFault: { faults.add("\($0.error)") })
    scheduler.activate(
      try Pipeline {
        OneShot("line")
        ConsoleWriter(descriptor: ends.reading)
      })
    #expect(scheduler.run().isEmpty)
    #expect(faults.entries.first?.hasPrefix("write descriptor \(ends.reading): ") == true)
    close(ends.reading)
    close(ends.writing)
  }
}
