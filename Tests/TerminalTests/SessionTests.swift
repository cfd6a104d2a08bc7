// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

private let enter = "\u{1B}[?1049h\u{1B}[?25l"
private let leave = "\u{1B}[?25h\u{1B}[?1049l"
private let drawn = "\u{1B}[?2026l"

/// The example program, which lies beside the tests.
private let program: String = {
  let tests = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
  var path = [CChar](repeating: 0, count: 4096)
  let count = unsafe readlink("/proc/self/exe", &path, path.count)
  let own = String(
    decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  for name in [tests, own] {
    let folder = name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let candidate = (folder + ["TestPicture"]).joined(separator: "/")
    if unsafe access(candidate, X_OK) == 0 { return candidate }
  }
  return ""
}()

/// Whether a sanitizer watches: it takes the signals of faults itself, and may hang where another
/// process sent one.
private let isSanitized: Bool = {
  let marks: [String] = ["__tsan_init", "__asan_init"]
  return marks.contains { unsafe dlsym(nil, $0) != nil }
}()

/// The example, started on a terminal, with its first picture drawn.
private func shown(
  _ arguments: String..., term: String = "xterm-256color", columns: UInt16 = 60, rows: UInt16 = 12
) throws -> PseudoTerminal {
  let terminal = try PseudoTerminal(columns: columns, rows: rows)
  try terminal.start([program] + arguments, environment: ["TERM=\(term)", "LANG=C.UTF-8"])
  try terminal.wait(for: drawn)
  return terminal
}

@Suite(.enabled(if: !program.isEmpty, "the example program TestPicture isn't built"))
struct SessionTests {
  @Test func `a session takes the screen and gives it back`() throws {
    let terminal = try shown("ascii")
    #expect(terminal.output.hasPrefix(enter))
    #expect(!terminal.echoes)
    terminal.type("q")
    #expect(try terminal.end() == 0)
    #expect(terminal.output.hasSuffix(leave))
    #expect(terminal.echoes)
  }

  @Test func `exit puts the terminal back`() throws {
    let terminal = try shown("blocks")
    terminal.type("e")
    #expect(try terminal.end() == 3)
    #expect(terminal.output.hasSuffix(leave))
    #expect(terminal.echoes)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM])
  func `a signal puts the terminal back and then ends the program`(signal: Int32) throws {
    try end(by: signal)
  }

  @Test(
    .enabled(if: !isSanitized, "a sanitizer takes the signals of faults itself"),
    arguments: [SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE])
  func `a fault puts the terminal back and then ends the program`(signal: Int32) throws {
    try end(by: signal)
  }

  private func end(by signal: Int32) throws {
    let terminal = try shown("blocks")
    kill(terminal.process, signal)
    #expect(try terminal.end() == -signal)
    #expect(terminal.output.contains(leave))
    #expect(terminal.output.components(of: leave) == 1)
    #expect(terminal.echoes)
  }

  @Test(arguments: [("\u{3}", SIGINT), ("\u{1C}", SIGQUIT)])
  func `the keys for interrupt and quit work`(key: String, signal: Int32) throws {
    let terminal = try shown("blocks")
    terminal.type(key)
    #expect(try terminal.end() == -signal)
    #expect(terminal.output.contains(leave))
    #expect(terminal.echoes)
  }

  @Test(.enabled(if: unsafe access("/bin/bash", X_OK) == 0, "bash isn't installed"))
  func `a stop gives the screen to the shell and going on takes it again`() throws {
    let terminal = try PseudoTerminal(columns: 60, rows: 12)
    let script = "set -m; '\(program)' ascii; echo \"stopped $?\"; read; fg; echo \"ended $?\""
    try terminal.start(
      ["/bin/bash", "-c", script], environment: ["TERM=xterm", "LANG=C.UTF-8"])
    try terminal.wait(for: drawn)
    terminal.type("\u{1A}")
    try terminal.wait(for: leave)
    // 128 + SIGTSTP
    try terminal.wait(for: "stopped 148")
    #expect(terminal.echoes)
    terminal.type("\n")
    try terminal.wait(for: enter)
    #expect(!terminal.echoes)
    // The picture is drawn anew, on a screen that was cleared.
    terminal.type(" ")
    try terminal.wait(for: "\u{1B}[2J")
    try terminal.wait(for: drawn)
    terminal.type("q")
    try terminal.wait(for: leave)
    try terminal.wait(for: "ended 0")
    #expect(try terminal.end() == 0)
    #expect(terminal.echoes)
  }

  @Test(.enabled(if: unsafe access("/bin/sh", X_OK) == 0, "sh isn't installed"))
  func `a signal that was ignored stays ignored`() throws {
    let terminal = try PseudoTerminal(columns: 60, rows: 12)
    try terminal.start(
      ["/bin/sh", "-c", "trap '' HUP; exec '\(program)' ascii"], environment: ["TERM=xterm"])
    try terminal.wait(for: drawn)
    kill(terminal.process, SIGHUP)
    terminal.type(" ")
    try terminal.wait(for: drawn)
    terminal.type("q")
    #expect(try terminal.end() == 0)
  }

  @Test func `a new window size is obeyed at the next picture`() throws {
    let terminal = try shown("ascii", columns: 60, rows: 12)
    #expect(terminal.output.contains("\u{1B}[12;1H\u{1B}[KColour bars"))
    terminal.resize(columns: 40, rows: 30)
    terminal.type(" ")
    try terminal.wait(for: "\u{1B}[30;1H")
    try terminal.wait(for: drawn)
    terminal.type("q")
    #expect(try terminal.end() == 0)
  }

  @Test func `a hostile title can't write sequences`() throws {
    let terminal = try shown("ascii", "a\u{1B}]0;x\u{7}\u{9B}31mb\r\n\u{202E}c")
    #expect(terminal.output.contains("\u{1B}[12;1H\u{1B}[Ka?]0;x??31mb???c "))
    #expect(!terminal.output.contains("\u{1B}]0"))
    terminal.type("q")
    #expect(try terminal.end() == 0)
  }

  @Test(arguments: [
    ("xterm-kitty", "\u{1B}_Ga=T"), ("xterm-256color", "\u{1B}[38;5;"), ("mlterm", "\u{1B}P"),
  ])
  func `auto draws as the terminal understands`(term: String, sequence: String) throws {
    let terminal = try shown("auto", term: term)
    #expect(terminal.output.contains(sequence))
    terminal.type("q")
    #expect(try terminal.end() == 0)
  }

  @Test func `a terminal that obeys no controls gets plain text`() throws {
    let terminal = try PseudoTerminal(columns: 60, rows: 12)
    try terminal.start([program], environment: ["TERM=dumb", "LANG=C.UTF-8"])
    try terminal.wait(for: "Colour bars  00:00:00  1/183  14.9 KB  2.0/s")
    terminal.type("q\n")
    #expect(try terminal.end() == 0)
    #expect(!terminal.output.contains("\u{1B}"))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let start = rest.firstRange(of: text) {
      count += 1
      rest = rest[start.upperBound...]
    }
    return count
  }
}
