// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Processes
import Testing

/// What a child may not do: hang, eat, burn, hold its neighbours up.
@Suite struct ProcessBounds {
  @Test(arguments: ["hang", "block", "hang-at-start"])
  func `a child that hangs is killed and reported`(behaviour: String) throws {
    var settings = ChildProgram.settings(behaviour)
    settings.deadline = .seconds(2)
    let talk = try talk(to: settings, frames(0..<10) + [trigger], staysOpen: true)
    let failure = try #require(talk.failure)
    #expect(failure.cause == .hung(after: .seconds(2)))
    #expect(failure.wasReady == (behaviour != "hang-at-start"))
    #expect(talk.frames == frames(0..<talk.frames.count))
  }

  @Test(arguments: ["sleep", "compute"])
  func `slow is not dead`(behaviour: String) throws {
    var settings = ChildProgram.settings(behaviour, 5000)
    settings.deadline = .seconds(2)
    let talk = try talk(to: settings, [trigger] + frames(0..<10))
    #expect(talk.frames == [trigger] + frames(0..<10))
    #expect(talk.failures == [])
  }

  @Test func `a sink that takes its time isn't held against the child`() throws {
    var settings = ChildProgram.settings("echo")
    settings.deadline = .seconds(1)
    let sent = frames(0..<60, byteCount: 100_000)
    let talk = try talk(to: settings, sent) { _, taker in
      if taker.count % 30 == 0 { try await taker.sleep(for: .milliseconds(2500)) }
    }
    #expect(talk.frames == sent)
    #expect(talk.failures == [])
  }

  @Test(.enabled(if: !ChildProgram.isSanitized, "a sanitizer's shadow is over every limit"))
  func `a child that eats memory ends at its limit, and that is said`() throws {
    var settings = ChildProgram.settings("eat")
    settings.limits.memory = 128 << 20
    let talk = try talk(to: settings, frames(0..<3) + [trigger], staysOpen: true)
    #expect(talk.failure?.cause == .memoryLimit(128 << 20))
  }

  @Test func `a child that burns its time ends at its limit, and that is said`() throws {
    var settings = ChildProgram.settings("burn")
    settings.limits.cpuSeconds = 1
    let talk = try talk(to: settings, [trigger], staysOpen: true)
    #expect(talk.failure?.cause == .timeLimit(1))
  }

  @Test func `a child that ignores all requests is killed when it was stopped`() throws {
    let faults = Faults()
    let kept = Guarded<[PreviewFrame]>([])
    let scheduler = Scheduler(onFault: faults.add)
    var settings = ChildProgram.settings("stubborn")
    settings.patience = .milliseconds(50)
    let stop = Guarded<Handle?>(nil)
    let process = try activateTalk(
      on: scheduler, settings, [], staysOpen: true, kept: kept
    ) { _, _ in stop.withLock { $0 }?.stop() }
    stop.withLock { $0 = process }
    #expect(scheduler.run().isEmpty)
    #expect(kept.withLock { $0.count } == 1)
    #expect(faults.all == [])
  }

  @Test(arguments: ["echo", "swallow", "deaf", "pid", "close", "hang-at-start"])
  func `the scheduler's stop ends every child`(behaviour: String) throws {
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    var settings = ChildProgram.settings(behaviour)
    settings.patience = .milliseconds(200)
    let handles = try (0..<3).map { _ in
      try activateTalk(on: scheduler, settings, frames(0..<10) + [trigger], staysOpen: true)
    }
    scheduler.start()
    scheduler.stop(patience: .seconds(60))
    #expect(handles.allSatisfy { !$0.isRunning })
    #expect(faults.all.filter { $0.cause != .closedEarly } == [])
  }

  @Test func `a child that reads nothing makes the sender wait`() throws {
    var settings = ChildProgram.settings("deaf")
    settings.patience = .milliseconds(100)
    let scheduler = Scheduler(onFault: { _ in })
    let sent = Guarded(0)
    let giver = Giver(frames(0..<2000, byteCount: 10_000), sent: sent)
    let process = ProcessComponent(settings)
    try link(giver.outbox, to: process.inbox)
    scheduler.activate(giver)
    let handle = scheduler.activate(process)
    scheduler.activate(
      Patience {
        sent.withLock { $0 }
      } then: {
        handle.stop()
      })
    scheduler.run()
    // Two inboxes of 32 frames and the kernel's buffer, not 20 MB.
    #expect(sent.withLock { $0 } < 400)
    #expect(sent.withLock { $0 } >= 32)
  }

  @Test func `a sink that reads nothing makes the child wait`() throws {
    let scheduler = Scheduler(onFault: { _ in })
    let kept = Guarded<[PreviewFrame]>([])
    let sent = frames(0..<300, byteCount: 10_000)
    let given = Guarded(0)
    let giver = Giver(sent, sent: given)
    let process = ProcessComponent(ChildProgram.settings("echo"))
    let gate = Guarded(false)
    let taker = Taker(kept) { _, taker in
      while !gate.withLock({ $0 }) { try await taker.sleep(for: .milliseconds(5)) }
    }
    try link(giver.outbox, to: process.inbox)
    try link(process.outbox, to: taker.inbox)
    scheduler.activate(giver)
    scheduler.activate(process)
    scheduler.activate(taker)
    scheduler.activate(
      Patience {
        given.withLock { $0 }
      } then: {
        #expect(given.withLock { $0 } < 300)
        gate.withLock { $0 = true }
      })
    #expect(scheduler.run().isEmpty)
    #expect(kept.withLock { $0 } == sent)
  }
}

/// Waits until a count has stood still for a while, and then does something.
final class Patience: Component {
  private let count: () -> Int
  private let act: () -> Void

  init(_ count: @escaping () -> Int, then act: @escaping () -> Void) {
    self.count = count
    self.act = act
  }

  override func main() async throws {
    var last = -1
    var quiet = 0
    while quiet < 10 {
      try await sleep(for: .milliseconds(30))
      let now = count()
      quiet = now == last && now > 0 ? quiet + 1 : 0
      last = now
    }
    act()
  }
}
