// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Processes
import Testing

/// How a child process ends, and what is said of it.
@Suite struct ProcessEnds {
  @Test func `frames go through the child and back with all their fields`() throws {
    let sent = frames(0..<500) + frames(500..<510, byteCount: 300_000)
    let talk = try talk(to: ChildProgram.settings("echo"), sent)
    #expect(talk.frames == sent)
    #expect(talk.failures == [])
  }

  @Test func `a child that has no more to say ends by itself`() throws {
    let talk = try talk(to: ChildProgram.settings("source", 1000), [], staysOpen: true)
    #expect(talk.frames.map(\.sequence) == Array(0..<1000))
    #expect(talk.failures == [])
  }

  static let deaths: [(behaviour: String, number: Int, cause: ProcessFailure.Cause)] = [
    ("exit", 3, .exitCode(3)), ("segv", 0, .signal(SIGSEGV)), ("abort", 0, .signal(SIGABRT)),
    ("trap", 5, .signal(SIGILL)), ("throw", 0, .exitCode(1)), ("garbage", 0, .damage("")),
    ("cut", 0, .damage("")),
  ]

  @Test(arguments: deaths)
  func `what came whole before a crash is delivered, then the crash is reported`(
    death: (behaviour: String, number: Int, cause: ProcessFailure.Cause)
  ) throws {
    let sent = frames(0..<100)
    let talk = try talk(
      to: ChildProgram.settings(death.behaviour, death.number), sent + [trigger], staysOpen: true)
    let failure = try #require(talk.failure)
    #expect(failure.process > 0)
    #expect(failure.program == "processes-child")
    #expect("\(failure)".contains("processes-child (process \(failure.process))"))
    if case .damage = death.cause {
      guard case .damage = failure.cause else { throw Unexpected(failure) }
      #expect(talk.texts == ["whole"])
    } else {
      // A sanitizer takes a fault and ends the process in its own way.
      if !ChildProgram.isSanitized { #expect(failure.cause == death.cause) }
      // What the child had read but not sent back is gone with it.
      #expect(talk.frames == Array(sent.prefix(talk.frames.count)))
    }
  }

  @Test func `the frames sent before a crash all arrive, however slow the sink is`() throws {
    let sent = frames(0..<64)
    // The child has answered all before it is told to end.
    let talk = try talk(to: ChildProgram.settings("source", 5000), sent) { _, taker in
      if taker.count % 100 == 0 { try await taker.sleep(for: .milliseconds(1)) }
    }
    #expect(talk.frames.count == 5000)
    #expect(talk.failures == [])
  }

  @Test func `a component's error reaches the parent in its own words`() throws {
    let talk = try talk(to: ChildProgram.settings("throw"), [trigger], staysOpen: true)
    #expect(talk.failure?.lastWords.contains("a mishap") == true)
    #expect(talk.failure?.wasReady == true)
  }

  @Test func `the end of what it wrote to standard error is kept`() throws {
    let talk = try talk(to: ChildProgram.settings("complain"), [trigger], staysOpen: true)
    #expect(talk.failure?.cause == .exitCode(3))
    #expect(talk.failure?.lastWords == "first line / no more ink")
  }

  @Test func `a child killed from outside is reported at once`() throws {
    // No deadline: only the kernel can tell.
    var settings = ChildProgram.settings("pid")
    settings.deadline = nil
    let talk = try talk(to: settings, [trigger], staysOpen: true) { frame, _ in
      if let process = Int32(String(decoding: frame.payload, as: UTF8.self)) {
        kill(process, SIGKILL)
      }
    }
    #expect(talk.failure?.cause == .signal(SIGKILL))
    #expect("\(try #require(talk.failure))".contains("signal 9 (SIGKILL)"))
  }

  @Test func `a program that isn't there is said to be missing`() throws {
    let talk = try talk(to: ProcessSettings(program: "/nowhere/decoder"), frames(0..<3))
    let failure = try #require(talk.failure)
    #expect(failure.cause == .notStarted(reason: "No such file or directory"))
    #expect(failure.program == "decoder")
  }

  @Test func `a child that closes its stream and stays is ended`() throws {
    var settings = ChildProgram.settings("close")
    settings.deadline = .seconds(1)
    settings.patience = .milliseconds(50)
    let talk = try talk(to: settings, [], staysOpen: true)
    #expect(talk.failure?.cause == .closedEarly)
    #expect(talk.texts == ["whole"])
  }

  @Test func `parent and signal hear of the failure`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let heard = Guarded<[ProcessFailure]>([])
    let settings = ChildProgram.settings("exit", 7)
    scheduler.activate(
      Parent(settings) { failure in heard.withLock { $0.append(failure) } })
    scheduler.run()
    #expect(heard.withLock { $0.map(\.cause) } == [.exitCode(7), .exitCode(7)])
  }

  /// Hears of its child in both ways.
  private final class Parent: Component {
    private let settings: ProcessSettings
    private let hear: (ProcessFailure) -> Void

    init(_ settings: ProcessSettings, hear: @escaping (ProcessFailure) -> Void) {
      self.settings = settings
      self.hear = hear
    }

    override func main() async throws {
      let process = ProcessComponent(settings)
      let signals = Inbox<Signal>()
      let orders = Outbox<PreviewFrame>()
      try link(process.signal, to: signals)
      try link(orders, to: process.inbox)
      activate(process)
      await orders.send(trigger)
      while let signal = await signals.next() {
        if case .failed(let failure) = signal, let error = failure.error as? ProcessFailure {
          hear(error)
        }
      }
      await childrenEnded()
    }

    override var stopsWhenUnheard: Bool { false }

    override func childEnded(_ child: Handle, _ outcome: Outcome) {
      if case .failed(let failure) = outcome, let error = failure.error as? ProcessFailure {
        hear(error)
      }
    }
  }
}

struct Unexpected: Error {
  let what: any Error
  init(_ what: any Error) { self.what = what }
}
