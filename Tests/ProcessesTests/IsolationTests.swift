// SPDX-License-Identifier: Apache-2.0
import Axon
import Media
import Processes
import Testing

/// What an isolated child may do, and what becomes of one that does more.
@Suite struct ProcessIsolation {
  @Test func `an isolated child computes as any other`() throws {
    let sent = frames(0..<50, byteCount: 50_000)
    let talk = try talk(to: ChildProgram.settings("isolated-echo"), sent)
    #expect(talk.frames == sent)
    #expect(talk.failures == [])
  }

  @Test(.enabled(if: !ChildProgram.isSanitized, "a sanitizer makes calls of its own"))
  func `an isolated child has memory, threads and facts of its open files`() throws {
    let talk = try talk(to: ChildProgram.settings("isolated-work"), [trigger])
    #expect(talk.texts.first == "all well")
    #expect(talk.failures == [])
  }

  @Test(.enabled(if: !ChildProgram.isSanitized, "a sanitizer makes calls of its own"))
  func `memory never becomes code`() throws {
    let talk = try talk(to: ChildProgram.settings("isolated-code"), [trigger])
    #expect(talk.failure?.cause == .forbiddenCall("mmap"))
  }

  @Test(arguments: [
    "socket", "connect", "process_vm_readv", "mount", "unlinkat", "io_uring_setup", "bpf",
  ])
  func `a child that tries the worst is dead, sanitizer or not`(call: String) throws {
    let talk = try talk(to: ChildProgram.settings("isolated-call-\(call)"), [trigger])
    let failure = try #require(talk.failure)
    #expect(failure.cause == .forbiddenCall(call))
    #expect("\(failure)".contains("tried a forbidden system call (\(call))"))
    #expect(talk.frames == [])
  }

  @Test(
    .enabled(if: !ChildProgram.isSanitized, "a sanitizer makes calls of its own"),
    arguments: [
      "open", "openat", "openat2", "creat", "execve", "execveat", "fork", "vfork", "clone",
      "kill", "ptrace", "stat", "statx", "memfd_create", "userfaultfd", "setuid", "truncate",
      "inotify_init",
    ])
  func `a child that reaches out is dead before anything has come of it`(call: String) throws {
    let talk = try talk(to: ChildProgram.settings("isolated-call-\(call)"), [trigger])
    #expect(talk.failure?.cause == .forbiddenCall(call))
    #expect(talk.frames == [])
  }

  @Test(
    .enabled(if: !ChildProgram.isSanitized, "a sanitizer makes calls of its own"),
    arguments: [("ioctl", 1), ("getcwd", 1), ("uname", 1), ("prctl", 1), ("clone3", 38)])
  func `a habit of libraries is refused, and the child lives on`(call: String, error: Int) throws {
    let sent = [trigger] + frames(0..<3)
    let talk = try talk(to: ChildProgram.settings("isolated-call-\(call)"), sent)
    #expect(talk.failures == [])
    #expect(talk.texts.first == "-\(error)")
    #expect(Array(talk.frames.dropFirst()) == sent)
  }

  @Test(.enabled(if: !ChildProgram.isSanitized, "a sanitizer's shadow is over every limit"))
  func `an isolated child that eats memory ends at its limit, and that is said`() throws {
    var settings = ChildProgram.settings("isolated-eat")
    settings.limits.memory = 128 << 20
    let talk = try talk(to: settings, [trigger])
    #expect(talk.failure?.cause == .memoryLimit(128 << 20))
  }

  @Test(arguments: [("segv", 11), ("abort", 6)] as [(String, Int32)])
  func `an isolated child's crash is told as a crash`(behaviour: String, signal: Int32) throws {
    var settings = ChildProgram.settings("isolated-\(behaviour)")
    // Swift's own report would start a program.
    settings.environment = [:]
    let talk = try talk(to: settings, [trigger])
    if ChildProgram.isSanitized {
      #expect(talk.failure != nil)
    } else {
      #expect(talk.failure?.cause == .signal(signal))
    }
  }

  @Test func `neighbours of a child that is forbidden something go on`() throws {
    let faults = Faults()
    let scheduler = Scheduler(onFault: faults.add)
    let kept = (0..<3).map { _ in Guarded<[PreviewFrame]>([]) }
    let sent = frames(0..<200, byteCount: 5000)
    for place in 0..<3 {
      try activateTalk(
        on: scheduler,
        ChildProgram.settings(place == 1 ? "isolated-call-socket" : "isolated-echo"),
        place == 1 ? [trigger] : sent, kept: kept[place])
    }
    scheduler.run()
    #expect(faults.all.map(\.cause) == [.forbiddenCall("socket")])
    #expect(kept[0].withLock { $0 } == sent)
    #expect(kept[2].withLock { $0 } == sent)
  }

  // MARK: Progress

  @Test func `a child that gets on without a word isn't hung`() throws {
    var settings = ChildProgram.settings("isolated-get-on", 12_000)
    settings.deadline = .seconds(5)
    let talk = try talk(to: settings, [trigger] + frames(0..<3))
    #expect(talk.frames == [trigger] + frames(0..<3))
    #expect(talk.failures == [])
  }

  @Test func `an isolated child that spins is hung`() throws {
    var settings = ChildProgram.settings("isolated-hang")
    settings.deadline = .seconds(2)
    let talk = try talk(to: settings, [trigger], staysOpen: true)
    #expect(talk.failure?.cause == .hung(after: .seconds(2)))
  }

  @Test func `a child that claims to get on without end is ended by its budget`() throws {
    var settings = ChildProgram.settings("isolated-idle-on")
    settings.deadline = .seconds(9)
    settings.budget = CPUBudget(free: .seconds(1), each: .seconds(1), most: .seconds(2))
    let talk = try talk(to: settings, [trigger], staysOpen: true)
    guard case .fruitless(let seconds) = talk.failure?.cause else {
      Issue.record("\(talk.failures)")
      return
    }
    #expect(seconds >= 2)
  }

  @Test func `CPU time that leads to pictures is within any budget`() throws {
    var settings = ChildProgram.settings("burn-slowly")
    settings.deadline = .seconds(12)
    settings.budget = CPUBudget(free: .seconds(3), each: .zero, most: .seconds(3))
    // Each of them costs 20 ms, all together twice the budget.
    let sent = [PreviewFrame](repeating: trigger, count: 300)
    let talk = try talk(to: settings, sent)
    #expect(talk.frames == sent)
    #expect(talk.failures == [])
  }
}
