// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

private let client = Program.previewclient
private let shell = Program(installed: "sh")

@Suite(.enabled(if: client.isThere, "previewclient isn't built"))
struct ClientOutputTests {
  @Test(.enabled(if: !Program.isThreadSanitized, "the sanitizer's own file is over the limit"))
  func `a disk that takes no more is an error, and no half picture stays`() throws {
    let answer = try bytes(of: Material.pictures([0]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    try withFolder { folder in
      // No file may grow over 512 bytes: as a full disk, but for the reason's wording.
      let finished = try shell.run([
        "-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", client.path, server.url("a.mpg"),
        "--save", folder,
      ])
      #expect(finished.exitCode == 74)
      #expect(finished.errors == "previewclient: \(folder)/000000.jpg: File too large\n")
      #expect(try names(in: folder) == [])
    }
  }

  @Test func `a folder that can't be made is an error`() throws {
    let answer = try bytes(of: Material.pictures([0]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([server.url("a.mpg"), "--save", "/dev/null/x"])
    #expect(finished.exitCode == 74)
    #expect(finished.errors == "previewclient: /dev/null/x: Not a directory\n")
  }

  @Test(.enabled(if: unsafe access("/dev/full", W_OK) == 0, "/dev/full isn't there"))
  func `standard output that takes nothing is an error`() throws {
    let answer = try bytes(of: Material.pictures([0, 1, 2, 3]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try shell.run([
      "-c", "exec \"$0\" \"$@\" > /dev/full", client.path, server.url("a.mpg"),
    ])
    #expect(finished.exitCode == 74)
    #expect(
      finished.errors == "previewclient: write to standard output: No space left on device\n")
  }

  @Test func `pixels without a terminal are misuse`() throws {
    let answer = try bytes(of: Material.pictures([0]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([server.url("a.mpg"), "--render", "sixel"])
    #expect(finished.exitCode == 64)
    #expect(finished.errors.contains("sixel needs a terminal; use ascii or blocks"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupt ends it in order`(signal: Int32) throws {
    let answer = try bytes(of: Material.pictures([0]))
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let running = try client.start([server.url("a.mpg")])
    _ = try running.nextLine(of: .output) { $0.contains("film.mpg") }
    running.signal(signal)
    let finished = try running.wait()
    #expect(finished.exitCode == 128 + signal && finished.errors.isEmpty)
  }

  @Test(.enabled(if: Program.python.isThere, "python3 isn't installed"), arguments: ["end", "INT"])
  func `on a terminal it takes the screen and gives it back`(way: String) throws {
    let answer = try bytes(
      of: Material.pictures([0, 1]) + (way == "end" ? [Material.end()] : []))
    let server = try AnswerServer { _ in .init(bytes: answer) }
    // Runs a program in a pseudo-terminal, and presses Control-C where it is told to.
    let script = """
      import os, pty, sys
      seen, pressed = b"", False
      def read(fd):
          global seen, pressed
          data = os.read(fd, 65536)
          seen += data
          if sys.argv[1] == "INT" and not pressed and b"00:00:10" in seen:
              pressed = True
              os.write(fd, b"\\x03")
          return data
      status = pty.spawn(sys.argv[2:], read, lambda fd: b"")
      sys.exit(os.waitstatus_to_exitcode(status))
      """
    let finished = try Program.python.run(
      ["-c", script, way, client.path, server.url("a.mpg"), "--render", "blocks"],
      environment: ["TERM": "xterm-256color"])
    #expect(finished.exitCode == (way == "end" ? 0 : 130))
    let enter = try #require(finished.output.firstRange(of: "\u{1B}[?1049h"))
    let leave = try #require(finished.output.firstRange(of: "\u{1B}[?1049l"))
    #expect(enter.lowerBound < leave.lowerBound)
    #expect(finished.output[..<leave.lowerBound].contains("film.mpg"))
  }

  @Test(.enabled(if: Program.python.isThere, "python3 isn't installed"))
  func `a terminal that is held holds nothing else, and shows the newest picture then`() throws {
    let answer = try bytes(
      of: Material.pictures(Array(0..<2000), count: 2000) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    // Reads nothing of its pseudo-terminal until it is told to.
    let script = """
      import os, pty, sys
      pid, fd = pty.fork()
      if pid == 0:
          os.execv(sys.argv[1], sys.argv[1:])
      sys.stdin.read()
      try:
          while data := os.read(fd, 65536):
              sys.stdout.buffer.write(data)
      except OSError:
          pass
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """
    let running = try Program.python.start(
      ["-c", script, client.path, server.url("a.mpg"), "--render", "blocks"],
      environment: ["TERM": "xterm-256color"])
    // The whole answer was taken, and the connection is over, while nothing could be drawn.
    let deadline = ContinuousClock.now + .seconds(20)
    while server.departures == 0, .now < deadline { sched_yield() }
    #expect(server.departures == 1)
    running.endInput()
    let finished = try running.wait()
    #expect(finished.exitCode == 0 && finished.output.contains("  2000/2000  "))
    #expect(!finished.output.contains("  1000/2000  "))
  }
}
