// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

private let client = Program.previewclient

@Suite(.enabled(if: client.isThere, "previewclient isn't built"))
struct ClientFailureTests {
  @Test(
    arguments: [
      ([], "URL is missing"),
      (["nonsense"], "URL is 'nonsense'"),
      (["preview://host:99999/a"], "PORT is '99999': must be 1 to 65535"),
      (["preview://host/"], "names no recording; --list shows what there is"),
      (["preview://host/../a"], "Title is"),
      (["--list", "-"], "--list needs a server"),
      (["-n", "0", "preview://h/a"], "SECONDS is a time from 0.04 to 86400 s"),
      (["-w", "4097", "preview://h/a"], "PIXELS is a whole number from 16 to 4096"),
      (["-q", "0", "preview://h/a"], "N is a whole number from 1 to 100"),
      (["--mode", "exac", "preview://h/a"], "did you mean exact?"),
      (["--pace", "fast", "preview://h/a"], "PACE is realtime, asap or a rate"),
      (["--start", "10", "--end", "10", "preview://h/a"], "--end must be later than --start"),
      (["--save", "x", "preview+ogg://h/a"], "are for pictures, not for sound"),
      (["--driver", "null", "preview://h/a"], "are for sound"),
      (["--render", "sixel", "preview://h/a", "more"], "one operand too many"),
    ] as [([String], String)])
  func `a command line that can't be obeyed is misuse`(arguments: [String], reason: String) throws {
    let finished = try client.run(arguments)
    #expect(finished.exitCode == 64 && finished.output.isEmpty)
    #expect(finished.errors.hasPrefix("previewclient: ") && finished.errors.contains(reason))
  }

  @Test func `a server that isn't there is named`() throws {
    // A port that was free a moment ago.
    let port = try AnswerServer { _ in .init(bytes: []) }.port
    let finished = try client.run(["preview://127.0.0.1:\(port)/a.mpg"])
    #expect(finished.exitCode == 69)
    #expect(
      finished.errors == "previewclient: connect to 127.0.0.1:\(port): Connection refused\n")
  }

  @Test(
    arguments: [
      (PreviewFailure.Code.notFound, 1), (.badRequest, 1), (.unreadable, 1), (.internal, 1),
      (.init(rawValue: "later"), 1), (.busy, 69), (.overloaded, 69), (.timeout, 69),
    ] as [(PreviewFailure.Code, Int32)])
  func `a server's refusal is passed on`(code: PreviewFailure.Code, exitCode: Int32) throws {
    let answer = try bytes(of: [Material.error(code, "it is so", advice: "wait")])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([server.url("a.mpg")])
    #expect(finished.exitCode == exitCode)
    #expect(
      finished.errors
        == "previewclient: \(server.url("a.mpg")): it is so (\(code.rawValue)): wait\n")
  }

  @Test(
    arguments: [
      (PreviewEnd.Status.partial, 1, "2 slots are missing: tired"),
      (.stopped, 69, "the answer was stopped: tired"),
      (.failed, 1, "the recording failed on the way: tired"),
    ] as [(PreviewEnd.Status, Int32, String)])
  func `an answer that isn't complete says why`(
    status: PreviewEnd.Status, exitCode: Int32, reason: String
  ) throws {
    let answer = try bytes(
      of: Material.pictures([0]) + [Material.end(status, reason: "tired", missed: 2)])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([server.url("a.mpg")])
    #expect(finished.exitCode == exitCode && finished.errors.hasSuffix(": \(reason)\n"))
    #expect(finished.output.contains("film.mpg  00:00:00"))
  }

  @Test func `a connection that breaks is an error, what came before is saved`() throws {
    let all = try bytes(of: Material.pictures([0, 1, 2]))
    let cut = Array(all.dropLast(200))
    let server = try AnswerServer { _ in .init(bytes: cut, closes: true) }
    try withFolder { folder in
      let finished = try client.run([server.url("a.mpg"), "--save", folder])
      #expect(finished.exitCode == 69)
      #expect(finished.errors.hasSuffix("before the answer was over, after 2 parts\n"))
      #expect(try names(in: folder) == ["000000.jpg", "000001.jpg"])
    }
    let silent = try AnswerServer { _ in .init(bytes: [], closes: true) }
    let finished = try client.run([silent.url("a.mpg")])
    #expect(finished.exitCode == 69)
    #expect(finished.errors.hasSuffix("the server closed the connection without an answer\n"))
  }

  @Test func `standard input that breaks off is an error`() throws {
    let finished = try client.run(["-"], input: try bytes(of: Material.pictures([0])))
    #expect(finished.exitCode == 1)
    #expect(
      finished.errors
        == "previewclient: standard input: the stream ended without an end frame, after 1 parts\n")
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "no frames"])
  func `what is no preview server is recognised`(text: String) throws {
    let server = try AnswerServer { _ in .init(bytes: Array(text.utf8), closes: true) }
    let finished = try client.run([server.url("a.mpg")])
    #expect(finished.exitCode == 1)
    #expect(finished.errors.contains("hold no frame: this is something else"))
  }

  @Test func `a server of a later version is named so`() throws {
    // docs/PROTOCOL.md, test vector "of-version-2".
    let later: [UInt8] = [
      0xFF, 0x50, 0x56, 0x31, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2A, 0x06, 0x40, 0xDD,
    ]
    let server = try AnswerServer { _ in .init(bytes: later) }
    let finished = try client.run([server.url("a.mpg")])
    #expect(finished.exitCode == 1)
    #expect(finished.errors.hasSuffix("is of version 2, this program speaks version 1\n"))
  }

  @Test func `a damaged frame is left out and told of`() throws {
    var answer = try bytes(of: Material.pictures([0, 1, 2]) + [Material.end()])
    let place = try bytes(of: Array(Material.pictures([0]).dropLast())).count + 100
    answer[place] ^= 1
    let server = try AnswerServer { [answer] _ in .init(bytes: answer) }
    let finished = try client.run([server.url("a.mpg")])
    #expect(finished.exitCode == 1)
    #expect(finished.errors.hasSuffix("1 frames were damaged on the way and left out\n"))
    #expect(finished.output.split(separator: "\n").filter { $0.contains("film.mpg") }.count == 2)
  }
}
