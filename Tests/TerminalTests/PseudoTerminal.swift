// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A real terminal without a window: what a program writes to it is read from the other side.
final class PseudoTerminal {
  private let main: Int32
  private let path: String
  private(set) var process: pid_t = 0
  /// Everything that came, in order.
  private(set) var output = ""

  init(columns: UInt16, rows: UInt16) throws {
    // posix_openpt and its kin aren't in Swift's Glibc module: what they do, with TIOCSPTLCK
    // (unlock) and TIOCGPTN (number), whose macros aren't there either.
    main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, UInt32) = (0, 0)
    guard main >= 0, unsafe ioctl(main, 0x4004_5431, &locked) == 0,
      unsafe ioctl(main, 0x8004_5430, &number) == 0
    else { throw Fault(what: "no pseudo-terminal", code: errno) }
    path = "/dev/pts/\(number)"
    resize(columns: columns, rows: rows)
  }

  deinit {
    if process > 0 {
      kill(process, SIGKILL)
      _ = waitpid(process, nil, 0)
    }
    close(main)
  }

  struct Fault: Error {
    let what: String
    let code: Int32
  }

  /// Starts a program as leader of a session of its own, with this as its terminal.
  func start(_ arguments: [String], environment: [String]) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    // The first terminal that a session's leader opens becomes the session's.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    // Whoever runs the tests may ignore or block signals: the program begins with none of that.
    var (none, every) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&every)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &every)
    // Its macro isn't in Swift's Glibc module.
    let setsid: Int16 = 0x80
    let flags = setsid | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    unsafe posix_spawnattr_setflags(&attributes, flags)
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    // Swift's own report of a crash waits on a terminal for keys.
    let all = environment + ["SWIFT_BACKTRACE=enable=no"] + sanitizing
    var variables = unsafe all.map { unsafe strdup($0) } + [nil]
    defer {
      unsafe words.forEach { unsafe free($0) }
      unsafe variables.forEach { unsafe free($0) }
    }
    let code = unsafe posix_spawn(
      &process, arguments[0], &actions, &attributes, &words, &variables)
    guard code == 0 else { throw Fault(what: "start \(arguments[0])", code: code) }
  }

  /// Reads until `text` came after what was already waited for; at most 20 s.
  func wait(for text: String) throws {
    var rest = output[read...]
    while true {
      if let range = rest.range(ofText: text) {
        read = range
        return
      }
      guard try readMore(patience: 20_000) else {
        throw Fault(
          what: "\(text.debugDescription) didn't come, but \(rest.debugDescription)", code: 0)
      }
      rest = output[read...]
    }
  }

  private var read = "".startIndex

  private func readMore(patience: Int32) throws -> Bool {
    var ready = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&ready, 1, patience) == 1 else { return false }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe Glibc.read(main, &bytes, bytes.count)
    guard count > 0 else { return false }
    let place = output.utf8.distance(from: output.startIndex, to: read)
    output += String(decoding: bytes[..<count], as: UTF8.self)
    read = output.utf8.index(output.startIndex, offsetBy: place)
    return true
  }

  /// Presses keys.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(main, bytes, bytes.count)
  }

  /// Changes the window's size, with cells of 8 by 16 pixels.
  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(
      ws_row: rows, ws_col: columns, ws_xpixel: 8 * columns, ws_ypixel: 16 * rows)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &size)
  }

  /// Echo is on: the terminal is as a shell left it.
  var echoes: Bool {
    var settings = termios()
    _ = unsafe tcgetattr(main, &settings)
    return settings.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Some program has it open.
  private var isOpen: Bool {
    var state = pollfd(fd: main, events: 0, revents: 0)
    _ = unsafe poll(&state, 1, 0)
    return state.revents & Int16(POLLHUP) == 0
  }

  /// Reads until the program ended and nobody has the terminal open; at most 20 s.
  ///
  /// - Returns: The signal that ended it, negative, or else its exit code.
  func end() throws -> Int32 {
    while try readMore(patience: 20_000) {}
    guard !isOpen else {
      throw Fault(what: "the program doesn't end; it wrote \(output.debugDescription)", code: 0)
    }
    var status: Int32 = 0
    _ = unsafe waitpid(process, &status, 0)
    process = 0
    return status & 0x7F != 0 ? -(status & 0x7F) : (status >> 8) & 0xFF
  }
}

/// The sanitizers' options, which programs get too.
private let sanitizing: [String] =
  ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"].compactMap { (name: String) in
    unsafe getenv(name).map { unsafe "\(name)=\(String(cString: $0))" }
  }

extension Substring {
  /// The place behind the first occurrence of a text; by bytes, since sequences aren't characters.
  fileprivate func range(ofText text: String) -> String.Index? {
    let wanted = Array(text.utf8)
    let all = Array(utf8)
    guard all.count >= wanted.count else { return nil }
    for start in 0...(all.count - wanted.count)
    where all[start..<(start + wanted.count)].elementsEqual(wanted) {
      return utf8.index(startIndex, offsetBy: start + wanted.count)
    }
    return nil
  }
}
