// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

private let client = Program.previewclient

/// Both clients against the real server, over a real connection.
@Suite(
  .enabled(if: client.isThere && Program.previewd.isThere, "the programs aren't built"),
  .enabled(if: Program.ffmpeg.isThere, "ffmpeg isn't installed"),
  .enabled(if: Material.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct ServedTests {
  @Test func `what is served is listed, saved, drawn and heard`() throws {
    try withServer { folder, server in
      let list = try client.run(["--list", server])
      #expect(list.exitCode == 0)
      #expect(
        list.output.split(separator: "\n").map { $0.split(separator: "\t")[3] } == [
          "a.ogg", "film.mpg",
        ])

      let saved = try client.run([
        "preview://\(server)/film.mpg", "-n", "2", "--pace", "asap", "--mode", "exact", "--save",
        folder + "/saved",
      ])
      #expect(saved.exitCode == 0 && saved.errors.isEmpty)
      // 12 s of film, a slot each 2 s.
      #expect(try names(in: folder + "/saved") == (0..<6).map { "00000\($0).jpg" })

      let drawn = try client.run([
        "preview://\(server)/film.mpg", "-n", "1", "--pace", "20", "--mode", "exact",
      ])
      #expect(drawn.exitCode == 0 && drawn.output.contains("film.mpg  00:00:11  12/12"))

      let heard = try client.run([
        "preview+ogg://\(server)/a.ogg", "--pace", "asap", "--driver", "raw", "-o",
        folder + "/a.raw",
      ])
      #expect(heard.exitCode == 0 && heard.errors.isEmpty)
      #expect(try readFile(folder + "/a.raw") == Material.oggdec(folder + "/served/a.ogg"))

      let unknown = try client.run(["preview://\(server)/nothing.mpg"])
      #expect(unknown.exitCode == 1 && unknown.errors.contains("(not-found)"))
    }
  }

  @Test(.enabled(if: Program.python.isThere, "python3 isn't installed"))
  func `the Python client finds every frame whole`() throws {
    try withServer { _, server in
      let port = try #require(server.split(separator: ":").last.flatMap { Int($0) })
      let list = try PythonClient.run(port, ["list"])
      #expect(list.exitCode == 0 && list.output.contains("title=film.mpg"))
      let film = try PythonClient.run(
        port, ["preview", "Title=film.mpg", "Interval=3", "Pace=asap", "Mode=exact"])
      // The description's line, then a line a picture.
      let times = film.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ")[0] }
      #expect(film.exitCode == 0 && times == ["0.000000", "3.000000", "6.000000", "9.000000"])
      let sound = try PythonClient.run(port, ["sound", "Title=a.ogg", "Pace=asap"])
      #expect(sound.exitCode == 0)
      #expect(try PythonClient.run(port, ["preview", "Title=x.mpg"]).exitCode == 1)
      #expect(try PythonClient.run(port, ["preview", "Title=film.mpg", "Width=1"]).exitCode == 1)
    }
  }

  /// A server of a film of 12 s and a sound of 2 s; `body` gets a folder and HOST:PORT.
  private func withServer(_ body: (_ folder: String, _ server: String) throws -> Void) throws {
    try withFolder { folder in
      let served = folder + "/served"
      _ = unsafe mkdir(served, 0o755)
      let made = try Program.ffmpeg.run([
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=352x288:rate=25:duration=12", "-c:v",
        "mpeg1video", "-g", "15", "-f", "mpeg", served + "/film.mpg",
      ])
      #expect(made.exitCode == 0 && made.errors.isEmpty)
      try writeFile(
        try Material.vorbis(frames: 88_200, rate: 44_100, channels: 2), served + "/a.ogg")
      let server = try Program.previewd.start(["serve", "--port", "0", served])
      let line = try server.nextLine(of: .errors) { $0.contains("preview://") }
      let place = line.split(separator: " ").first { $0.hasPrefix("at=preview://") }
      let authority = try #require(place?.dropFirst("at=preview://".count).dropLast())
      try body(folder, String(authority))
      #expect(try server.terminate().exitCode == 0)
    }
  }
}
