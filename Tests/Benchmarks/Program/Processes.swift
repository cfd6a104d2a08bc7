// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Processes

/// A component in a child process: this program again, with "child" as its argument.
enum InProcess {
  /// Gives back what it gets.
  private final class Echo: CallbackComponent, Source, Sink {
    let inbox = Inbox<PreviewFrame>()
    let outbox = Outbox<PreviewFrame>()
    override func mainBody() -> Turn {
      while !outbox.isFull, let frame = inbox.take() { outbox.post(frame) }
      return .pause
    }
  }

  /// Sends a frame, waits until it is back, and so on; then does something while all is at rest.
  private final class Asker: Component, Source, Sink {
    let inbox = Inbox<PreviewFrame>()
    let outbox = Outbox<PreviewFrame>()
    private let trips: Int
    private let rest: Duration
    private let figures: Guarded<Figures>

    init(trips: Int, rest: Duration, _ figures: Guarded<Figures>) {
      self.trips = trips
      self.rest = rest
      self.figures = figures
    }

    override func main() async throws {
      let frame = PreviewFrame(kind: .picture, payload: [UInt8](repeating: 1, count: 1000))
      await outbox.send(frame)
      _ = await inbox.next()
      figures.withLock { $0.firstFrame = wallNanoseconds() }
      for _ in 0..<trips {
        await outbox.send(frame)
        _ = await inbox.next()
      }
      figures.withLock { $0.lastFrame = wallNanoseconds() }
      guard rest > .zero else { return }
      // The last word of the child, that it is at rest, has come by then.
      try await sleep(for: .seconds(1))
      figures.withLock { $0.wakes = -voluntarySwitches() }
      try await sleep(for: rest)
      // Our own sleep ends with one.
      figures.withLock { $0.wakes += voluntarySwitches() - 1 }
    }
  }

  private struct Figures {
    var start: Int64 = 0
    var firstFrame: Int64 = 0
    var lastFrame: Int64 = 0
    var wakes = 0
  }

  /// From the start to the first frame back.
  static func milliseconds() throws -> Double {
    let figures = try run(trips: 0)
    return Double(figures.firstFrame - figures.start) / 1e6
  }

  /// Of a frame of 1 KB, there and back.
  static func tripsPerSecond(_ trips: Int) throws -> Double {
    let figures = try run(trips: trips)
    return Double(trips) * 1e9 / Double(figures.lastFrame - figures.firstFrame)
  }

  /// Of parent and child together, while nothing is to be done.
  static func wakes(seconds: Int) throws -> Int {
    try run(trips: 10, rest: .seconds(seconds)).wakes
  }

  private static func run(trips: Int, rest: Duration = .zero) throws -> Figures {
    let figures = Guarded(Figures())
    let scheduler = Scheduler()
    var settings = ProcessSettings(program: ProcessSettings.thisProgram, arguments: ["child"])
    // Its signs, a third of this apart, end before the rest is measured.
    if rest > .zero { settings.deadline = .milliseconds(900) }
    let process = ProcessComponent(settings)
    let asker = Asker(trips: trips, rest: rest, figures)
    try link(asker.outbox, to: process.inbox)
    try link(process.outbox, to: asker.inbox)
    scheduler.activate(asker)
    scheduler.activate(process)
    figures.withLock { $0.start = wallNanoseconds() }
    scheduler.run()
    return figures.withLock { $0 }
  }

  /// What `Benchmarks child` does.
  static func child() -> Int32 { runAsProcess { Echo() } }

  /// Times that a thread of ours or of our child went to sleep.
  private static func voluntarySwitches() -> Int {
    let children = text("/proc/thread-self/children").split(separator: " ")
    return (["self"] + children).reduce(0) { sum, process in
      let lines = text("/proc/\(process)/status").split(separator: "\n")
      let line = lines.first { $0.hasPrefix("voluntary_ctxt_switches:") }
      return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
  }

  private static func text(_ path: String) -> String {
    let file = unsafe open(path, O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = unsafe read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
