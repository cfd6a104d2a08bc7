// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

/// The kit itself, with programs that every system has.
@Suite struct ProgramKitTests {
  static let shell = Program(installed: "sh")

  @Test func `all of a long input comes back, with the exit code`() throws {
    let input = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let finished = try Self.shell.run(["-c", "cat; echo no >&2; exit 7"], input: input)
    #expect(finished.outputBytes == input)
    #expect(finished.errors == "no\n" && finished.exitCode == 7)
  }

  @Test func `lines are read while the program runs, and a signal ends it`() throws {
    let running = try Self.shell.start(
      ["-c", "echo \"$WORD\"; echo two; echo three; exec cat"], environment: ["WORD": "one"])
    #expect(try running.nextLine(of: .output) == "one")
    #expect(try running.nextLine(of: .output) { $0.hasPrefix("th") } == "three")
    running.give(Array("abc".utf8))
    #expect(try running.next(3, of: .output) == Array("abc".utf8))
    #expect(try running.terminate().exitCode == -SIGTERM)
  }

  @Test func `a deadline ends it`() throws {
    #expect(throws: Program.Failed.self) {
      try Self.shell.run(["-c", "exec cat /dev/zero > /dev/null"], deadline: .milliseconds(100))
    }
  }

  @Test func `input that nobody reads is no error`() throws {
    let finished = try Self.shell.run(
      ["-c", "exit 3"], input: [UInt8](repeating: 0, count: 1 << 20))
    #expect(finished.exitCode == 3)
  }
}
