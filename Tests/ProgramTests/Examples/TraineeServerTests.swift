// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite(
  .enabled(
    if: Program.ffmpeg.isThere && Program.python.isThere,
    "needs ffmpeg and python3: apt install ffmpeg python3"))
struct `The trainee's server` {
  private static let tests =
    ((#filePath as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent

  /// A clip of the demonstration, 30 s long, that lasts as long as the tests.
  private static let clips: Scratch? = {
    guard let scratch = try? Scratch() else { return nil }
    let script = tests + "/../../media/make-clips.sh"
    let made = try? Program(installed: "sh").run(
      [script, scratch.path, "clock_mpeg1.mpg"], deadline: .seconds(120))
    return made?.exitCode == 0 ? scratch : nil
  }()

  /// What the client of 2005 gets for a request in these parts.
  private func pictures(
    _ server: ExampleServer, _ parts: [String], in folder: String
  ) throws -> [[UInt8]] {
    let client = try Program.python.run(
      [Self.tests + "/Clients/trainee_client.py", "\(server.port)", folder] + parts,
      deadline: .seconds(120))
    guard client.exitCode == 0, let count = Int(client.output.dropLast()) else {
      throw Program.Failed(what: "the client: \(client.errors)")
    }
    return try (0..<count).map { try readFile("\(folder)/\($0).jpg") }
  }

  @Test func `sends a picture each 5 s of the recording, however the request comes`() throws {
    let clips = try #require(Self.clips)
    let server = try ExampleServer("TraineeServer", [clips.path, "0"])
    try withFolder { folder in
      let extracted = try Program.previewd.run(
        ["extract", "-n", "5", "--mode", "exact", clips.path + "/clock_mpeg1.mpg", "-o", folder])
      #expect(extracted.exitCode == 0)
      let wanted = try (0..<6).map { try readFile("\(folder)/00000\($0).jpg") }
      for parts in [
        ["clock_mpeg1.mpg"], ["clock_mpeg1.mpg\\n"], ["clock_mpeg1.mpg\\r\\n"],
        ["clock_", "mpeg1.mpg"], ["clock_mpeg1.mp", "g\\n"], ["clock_mpeg1.mpg", "\\n"],
      ] {
        #expect(try pictures(server, parts, in: folder) == wanted, "\(parts)")
      }
    }
    #expect(try server.interrupt().exitCode == 130)
  }

  @Test func `sends ten pictures at most`() throws {
    let scratch = try Scratch()
    let made = try Program.ffmpeg.run([
      "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", "-t", "70", "-c:v",
      "mpeg1video", "-f", "mpeg", scratch.path + "/long.mpg",
    ])
    #expect(made.exitCode == 0)
    let server = try ExampleServer("TraineeServer", [scratch.path, "0"])
    let found = try withFolder { try pictures(server, ["long.mpg\\n"], in: $0) }
    #expect(found.count == 10)
  }

  @Test func `opens nothing outside its folder and nothing but recordings`() throws {
    let clips = try #require(Self.clips)
    let scratch = try Scratch()
    let outside = clips.path + "/clock_mpeg1.mpg"
    try scratch.write("text.mpg", Array("no pictures".utf8))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link.mpg", withDestinationPath: outside)
    let up = "../" + (clips.path as NSString).lastPathComponent + "/clock_mpeg1.mpg"
    let server = try ExampleServer("TraineeServer", [scratch.path, "0"])
    for request in [outside, up, "link.mpg", "text.mpg", "missing.mpg", "text", ""] {
      let found = try withFolder { try pictures(server, [request + "\\n"], in: $0) }
      #expect(found.isEmpty, "\(request)")
    }
    // It goes on serving.
    try scratch.write("clip.mpg", try readFile(outside))
    let found = try withFolder { try pictures(server, ["clip.mpg"], in: $0) }
    #expect(found.count == 6)
  }

  @Test func `is a page of Swift`() throws {
    let source = Self.tests + "/../../Examples/TraineeServer/main.swift"
    let lines = String(decoding: try readFile(source), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count < 60)
  }
}
