// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A child process with pipes to its standard input, output and errors.
///
/// ```swift
/// let server = try Program.previewd.start(["serve", "--port", "0", folder])
/// let line = try server.nextLine(of: .errors) { $0.contains("listening") }
/// ...
/// server.signal(SIGTERM)
/// #expect(try server.wait().exitCode == 0)
/// ```
/// All waiting is for its pipes, or its end, up to the deadline. Used by one thread.
final class RunningProgram {
  enum Stream: Int { case output, errors }

  let process: pid_t
  private let name: String
  private let deadline: ContinuousClock.Instant
  /// Our ends: standard output, errors, and one that closes when the process has ended.
  private var pipes: [Int32]
  private var input: Int32
  private var unsent: [UInt8] = []
  private var isInputEnding = false
  private var unread: [[UInt8]] = [[], []]
  private let status = Status()
  private var hasEnded = false

  init(
    path: String, arguments: [String], environment: [String: String], deadline: Duration
  ) throws {
    // A child that closes its input must not end the tests.
    _ = ignoringBrokenPipes
    name = (path as NSString).lastPathComponent
    self.deadline = .now + deadline
    let (forInput, forOutput, forErrors, forEnd) = try (Ends(), Ends(), Ends(), Ends())
    input = forInput.writing
    pipes = [forOutput.reading, forErrors.reading, forEnd.reading]
    process = try spawn(
      path, arguments, environment, [forInput.reading, forOutput.writing, forErrors.writing]
    )
    for end in [forInput.reading, forOutput.writing, forErrors.writing] { close(end) }
    for end in [input] + pipes { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    let (status, process, writing) = (status, process, forEnd.writing)
    Thread.detachNewThread {
      status.value = ended(process)
      close(writing)
    }
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      _ = try? untilEnd(.now + .seconds(5))
    }
    for end in pipes + [input] where end >= 0 { close(end) }
  }

  // MARK: Input

  /// Puts bytes into its standard input, as it takes them.
  func give(_ bytes: [UInt8]) { unsent += bytes }

  /// Waits until it has taken all that it was given.
  func untilFed() throws {
    while input >= 0, !unsent.isEmpty { try attend(until: deadline) }
  }

  /// Closes its standard input, once everything is in it.
  func endInput() { isInputEnding = true }

  // MARK: Output

  /// The next line it writes that meets the condition, without its end; lines before are dropped.
  func nextLine(
    of stream: Stream, where isWanted: (String) -> Bool = { _ in true }
  ) throws -> String {
    while true {
      while let end = unread[stream.rawValue].firstIndex(of: 10) {
        let line = String(decoding: unread[stream.rawValue][..<end], as: UTF8.self)
        unread[stream.rawValue].removeSubrange(...end)
        if isWanted(line) { return line }
      }
      guard pipes[stream.rawValue] >= 0 else { throw failure("no such line came") }
      try attend(until: deadline)
    }
  }

  /// So many bytes that it writes.
  func next(_ count: Int, of stream: Stream) throws -> [UInt8] {
    while unread[stream.rawValue].count < count {
      guard pipes[stream.rawValue] >= 0 else { throw failure("fewer than \(count) bytes came") }
      try attend(until: deadline)
    }
    defer { unread[stream.rawValue].removeFirst(count) }
    return Array(unread[stream.rawValue].prefix(count))
  }

  // MARK: Its end

  func signal(_ number: Int32) {
    if !hasEnded { kill(process, number) }
  }

  /// Asks it to end, with SIGTERM, and waits.
  func terminate() throws -> Program.Finished {
    signal(SIGTERM)
    return try wait()
  }

  /// Waits until it has ended.
  func wait() throws -> Program.Finished {
    try untilEnd(deadline)
    return Program.Finished(
      exitCode: status.value, outputBytes: unread[0], errorBytes: unread[1])
  }

  private func untilEnd(_ deadline: ContinuousClock.Instant) throws {
    while pipes[2] >= 0 { try attend(until: deadline) }
    hasEnded = true
    // What it wrote is in the pipes; a process that it left behind may hold them open.
    for stream in 0...1 { receive(stream) }
  }

  /// Waits for anything to happen in a pipe, and sees to it.
  private func attend(until deadline: ContinuousClock.Instant) throws {
    let wantsInput = input >= 0 && !unsent.isEmpty
    if input >= 0, isInputEnding, unsent.isEmpty {
      close(input)
      input = -1
    }
    var ready = pipes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    ready.append(pollfd(fd: wantsInput ? input : -1, events: Int16(POLLOUT), revents: 0))
    let left = (deadline - .now) / .milliseconds(1)
    let count = unsafe poll(&ready, UInt(ready.count), Int32(max(0, left.rounded(.up))))
    if count < 0, errno == EINTR { return }
    guard count > 0 else {
      signal(SIGKILL)
      throw failure("not done before its deadline")
    }
    for stream in 0...2 where ready[stream].revents != 0 { receive(stream) }
    if ready[3].revents != 0 { send() }
  }

  private func receive(_ stream: Int) {
    guard pipes[stream] >= 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(pipes[stream], &bytes, bytes.count)
      if count > 0 {
        unread[stream] += bytes[..<count]
      } else if count < 0, errno == EAGAIN || errno == EINTR {
        if errno == EAGAIN { return }
      } else {
        close(pipes[stream])
        pipes[stream] = -1
        return
      }
    }
  }

  private func send() {
    let count = unsafe write(input, unsent, min(unsent.count, 65_536))
    if count > 0 {
      unsent.removeFirst(count)
    } else if errno != EAGAIN, errno != EINTR {
      // It reads no more.
      close(input)
      input = -1
      unsent = []
    }
  }

  private func failure(_ what: String) -> Program.Failed {
    Program.Failed(
      what: "\(name): \(what)", output: String(decoding: unread[0], as: UTF8.self),
      errors: String(decoding: unread[1], as: UTF8.self))
  }
}

/// How a process ended; written before the pipe that says so is closed, read after.
private final class Status: @unchecked Sendable {
  private let lock = NSLock()
  private var number: Int32 = 0
  var value: Int32 {
    get { lock.withLock { number } }
    set { lock.withLock { number = newValue } }
  }
}

private let ignoringBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

/// The two ends of a pipe, to be closed by whoever has them.
private struct Ends {
  let reading: Int32
  let writing: Int32

  init() throws {
    // Foundation's are closed on exec from the start: other tests start programs at the same time,
    // and none of them may get these. pipe2 isn't in Swift's Glibc module.
    let pipe = Foundation.Pipe()
    reading = fcntl(pipe.fileHandleForReading.fileDescriptor, F_DUPFD_CLOEXEC, 3)
    writing = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 3)
    guard reading >= 0, writing >= 0 else {
      throw Program.Failed(what: "no pipe: error \(errno)")
    }
  }
}

/// Waits for a process; its exit code, or minus its signal.
private func ended(_ process: pid_t) -> Int32 {
  var status: Int32 = 0
  while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
  return status & 0x7F != 0 ? -(status & 0x7F) : (status >> 8) & 0xFF
}

private func spawn(
  _ path: String, _ arguments: [String], _ environment: [String: String], _ descriptors: [Int32]
) throws -> pid_t {
  var actions = unsafe posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  unsafe posix_spawn_file_actions_init(&actions)
  unsafe posix_spawnattr_init(&attributes)
  defer {
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }
  for (number, descriptor) in descriptors.enumerated() {
    unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
  }
  // Whoever runs the tests may ignore or block signals: the program begins with none of that.
  var (none, every) = (sigset_t(), sigset_t())
  unsafe sigemptyset(&none)
  unsafe sigfillset(&every)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setsigdefault(&attributes, &every)
  unsafe posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

  let own = ProcessInfo.processInfo.environment
  let kept =
    ["PATH", "HOME", "PREVIEW_MEDIA_DIR", "LD_LIBRARY_PATH"]
    + ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"]
  // Swift's own report of a crash can take longer than a deadline.
  var variables = [
    "SWIFT_BACKTRACE": "enable=no", "LANG": "C.UTF-8",
    "PREVIEWD_CACHE": cacheFolder?.path ?? "/nowhere",
  ]
  for name in kept { variables[name] = own[name] }
  variables.merge(environment) { $1 }
  var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
  var settings = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
  defer { unsafe (words + settings).forEach { unsafe free($0) } }
  var process: pid_t = 0
  let code = unsafe posix_spawn(&process, path, &actions, &attributes, &words, &settings)
  guard code == 0 else { throw Program.Failed(what: "start \(path): error \(code)") }
  return process
}

/// What previewd keeps between runs, of all tests: nothing of the user's own.
private let cacheFolder: Scratch? = try? Scratch()
