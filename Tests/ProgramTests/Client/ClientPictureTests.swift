// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

private let client = Program.previewclient

@Suite(.enabled(if: client.isThere, "previewclient isn't built"))
struct ClientPictureTests {
  @Test func `in a pipe every picture is drawn as plain text with its status`() throws {
    let answer = try bytes(of: Material.pictures([0, 1, 2]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([server.url("film.mpg")])
    #expect(finished.exitCode == 0 && finished.errors.isEmpty)
    let lines = finished.output.split(separator: "\n")
    let status = lines.filter { $0.contains("film.mpg") }
    #expect(status.count == 3 && lines.count == 3 * 24)
    #expect(status.first?.hasPrefix("film.mpg  00:00:00  1/6  ") == true)
    #expect(status.last?.hasPrefix("film.mpg  00:00:20  3/6  ") == true)
    #expect(!finished.output.contains("\u{1B}"))
  }

  @Test func `the server gets every value of the command line`() throws {
    let answer = try bytes(of: Material.pictures([]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let finished = try client.run([
      server.url("a%20b/c.mpg"), "-n", "2.5", "-w", "640", "-q", "90", "--start", "1:00", "--end",
      "90.5", "--count", "7", "--mode", "exact", "--pace", "2.5",
    ])
    #expect(finished.exitCode == 0)
    var wanted = PreviewRequest(.preview, title: "a b/c.mpg")
    wanted.interval = .milliseconds(2500)
    wanted.width = 640
    wanted.quality = 90
    wanted.start = .seconds(60)
    wanted.end = .milliseconds(90_500)
    wanted.count = 7
    wanted.mode = .exact
    wanted.pace = .rate(2.5)
    #expect(server.requests == [wanted])
  }

  @Test func `pictures are saved as they came, numbered by slot`() throws {
    let answer = try bytes(of: Material.pictures([3, 4, 7], firstSlot: 3) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    try withFolder { folder in
      let finished = try client.run([server.url("film.mpg"), "--save", folder + "/new/ones"])
      #expect(finished.exitCode == 0 && finished.output.isEmpty && finished.errors.isEmpty)
      let files = try names(in: folder + "/new/ones")
      #expect(files == ["000003.jpg", "000004.jpg", "000007.jpg"])
      #expect(try readFile(folder + "/new/ones/000007.jpg") == Material.jpeg(7))
    }
  }

  @Test func `a stream is read from standard input, with what follows its end`() throws {
    let index = PreviewFrame(kind: .control, payload: Array("Control: index\r\n\r\n".utf8))
    let stream = try bytes(of: Material.pictures([0, 1]) + [Material.end(), index])
    try withFolder { folder in
      let finished = try client.run(
        ["-", "--save", folder, "--render", "blocks"], input: stream)
      #expect(finished.exitCode == 0)
      #expect(finished.output.split(separator: "\n").filter { $0.contains("film.mpg") }.count == 2)
      #expect(try names(in: folder) == ["000000.jpg", "000001.jpg"])
    }
  }

  @Test func `it ends with the answer though standard input stays open`() throws {
    let running = try client.start(["-"])
    running.give(try bytes(of: Material.pictures([0]) + [Material.end()]))
    #expect(try running.wait().exitCode == 0)
  }

  @Test func `recordings are listed, a line each`() throws {
    let listing = Listing(entries: [
      .init(
        title: "shows/news.mpg", duration: .milliseconds(1_830_040), byteCount: 989, kind: .video),
      .init(title: "song.ogg", byteCount: 141_189, kind: .sound),
    ])
    let answer = try bytes(of: [
      PreviewFrame(kind: .listing, payload: listing.payload), Material.end(),
    ])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    for source in ["127.0.0.1:\(server.port)", server.url("")] {
      let finished = try client.run(["--list", source])
      #expect(finished.exitCode == 0)
      #expect(
        finished.output == "video\t1830.04\t989\tshows/news.mpg\nsound\t-\t141189\tsong.ogg\n")
    }
    #expect(server.requests.allSatisfy { $0 == PreviewRequest(.list) })
  }

  @Test(.enabled(if: Program.python.isThere, "python3 isn't installed"))
  func `the Python client reads the same answers`() throws {
    let answer = try bytes(of: Material.pictures([0, 1]) + [Material.end()])
    let server = try AnswerServer { _ in .init(bytes: answer) }
    let sizes = try (0...1).map { try Material.jpeg($0).count }
    let finished = try PythonClient.run(server.port, ["preview", "Title=film.mpg"])
    #expect(finished.exitCode == 0 && finished.errors.isEmpty)
    #expect(finished.output.hasSuffix("\n0.040000 \(sizes[0])\n10.040000 \(sizes[1])\n"))
    var damaged = answer
    damaged[damaged.count / 2] ^= 1
    let bad = try AnswerServer { [damaged] _ in .init(bytes: damaged, closes: true) }
    #expect(try PythonClient.run(bad.port, ["preview", "Title=film.mpg"]).exitCode == 1)
  }
}

/// The client in another language, written from docs/PROTOCOL.md alone.
enum PythonClient {
  static func run(_ port: Int, _ arguments: [String]) throws -> Program.Finished {
    let script = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "/")
    return try Program.python.run(
      [script + "/Clients/preview_client.py", "127.0.0.1", "\(port)"] + arguments)
  }
}
