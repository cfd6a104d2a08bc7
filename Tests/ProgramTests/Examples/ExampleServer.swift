// SPDX-License-Identifier: Apache-2.0
import Testing

/// An example that listens, on a free port.
final class ExampleServer {
  let running: RunningProgram
  let port: UInt16

  init(_ name: String, _ arguments: [String]) throws {
    running = try Program(built: name).start(arguments, deadline: .seconds(300))
    let line = try running.nextLine(of: .output) { $0.contains("listening at") }
    port = UInt16(line.split(separator: ":").last ?? "") ?? 0
  }

  /// Interrupts it, as Ctrl-C does.
  func interrupt() throws -> Program.Finished {
    running.signal(2)
    return try running.wait()
  }
}

@Suite struct `Every example` {
  static let names = [
    "EchoServer", "SimpleStreamingServer", "SimpleStreamingClient", "MulticastServer",
    "MulticastClient", "MimeDictOverTCP", "LearningSystem", "TraineeServer",
  ]

  @Test(arguments: names) func `says how it is used`(name: String) throws {
    let help = try Program(built: name).run(["--help"])
    #expect(help.exitCode == 0 && help.output.hasPrefix("usage: \(name) ") && help.errors == "")
    let misuse = try Program(built: name).run(["--nosuch"])
    #expect(misuse.exitCode == 64 && misuse.output == "")
    #expect(misuse.errors.hasPrefix("\(name): there is no option --nosuch\nusage: \(name) "))
  }

  @Test(arguments: [
    ("EchoServer", ["70000"], 64, "EchoServer: PORT is 0 to 65535, not 70000\n"),
    (
      "SimpleStreamingServer", ["/no/such.ogg"], 1,
      "SimpleStreamingServer: open /no/such.ogg: No such file or directory\n"
    ),
    (
      "MulticastClient", ["127.0.0.1", "1500"], 1,
      "MulticastClient: use group 127.0.0.1: not a multicast address, such as 239.1.2.3 or ff15::7\n"
    ),
    (
      "TraineeServer", ["/no/such"], 1, "TraineeServer: open /no/such: No such file or directory\n"
    ),
    (
      "LearningSystem", ["/no/such", "/"], 1,
      "LearningSystem: read /no/such: No such file or directory\n"
    ),
  ])
  func `complains in one line`(
    name: String, arguments: [String], exitCode: Int32, complaint: String
  ) throws {
    let finished = try Program(built: name).run(arguments)
    #expect(finished.exitCode == exitCode)
    #expect(finished.errors == complaint)
  }
}

@Suite struct `The examples that serve` {
  @Test func `EchoServer gives back what it gets, until it is interrupted`() throws {
    let server = try ExampleServer("EchoServer", ["0"])
    let echo = """
      import socket
      s = socket.create_connection(("127.0.0.1", \(server.port)), timeout=30)
      s.sendall(b"x" * 100000)
      s.shutdown(socket.SHUT_WR)
      print(len(s.makefile("rb").read()))
      """
    #expect(try Program.python.run(["-c", echo]).output == "100000\n")
    #expect(try server.interrupt().exitCode == 130)
  }

  @Test func `MimeDictOverTCP carries a dictionary there and back`() throws {
    let server = try ExampleServer("MimeDictOverTCP", ["serve", "0"])
    let answer = try Program(built: "MimeDictOverTCP").run(
      ["ask", "127.0.0.1", "\(server.port)", "To=all", "To=others", "Subject=a b", "The body"])
    #expect(
      answer.output == "To = all\nTo = others\nSubject = a b\nAnswer = 1\nThe body\n")
    #expect(answer.exitCode == 0 && answer.errors == "")
    #expect(try server.interrupt().exitCode == 130)
  }
}
