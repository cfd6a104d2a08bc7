// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Media
import Testing

@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdExtractTests {
  let film: String
  let text: String
  let output: Scratch

  init() throws {
    film = try #require(Clips.folder).path + "/film.mpg"
    text = Clips.path("text.mpg")
    output = try Scratch()
  }

  private func extract(_ arguments: String...) throws -> Program.Finished {
    try Program.previewd.run(["extract"] + arguments)
  }

  /// Runs it below a shell that sets something up first.
  private func shell(_ setup: String, _ arguments: [String]) throws -> Program.Finished {
    try Program(installed: "sh").run(
      ["-c", setup, Program.previewd.path] + arguments)
  }

  private func frames(_ bytes: [UInt8]) throws -> Answer {
    var deframer = Deframer()
    deframer.push(bytes)
    var answer = Answer()
    while let frame = try deframer.next() { answer.frames.append(frame) }
    return answer
  }

  @Test func `into a folder it writes a JPEG a slot`() throws {
    let finished = try extract(film, "-n", "5", "-o", output.path + "/new")
    #expect(finished.exitCode == 0 && finished.errors == "")
    #expect(finished.output.contains("4 pictures from 0 to"))
    #expect(output.names == (0..<4).map { "new/00000\($0).jpg" })
    for name in output.names { _ = try JPEGDecoder().decode(try output.read(name)) }
  }

  @Test func `a frame stream is the same as a file and on standard output`() throws {
    #expect(try extract(film, "-n", "5", "-o", output.path + "/a.pvs").exitCode == 0)
    let piped = try extract(film, "-n", "5", "-o", "-")
    #expect(piped.exitCode == 0)
    #expect(piped.outputBytes == (try output.read("a.pvs")))
    #expect(output.names == ["a.pvs"])
    let answer = try frames(piped.outputBytes)
    #expect(answer.frames.first?.kind == .description && answer.pictures.count == 4)
    #expect(answer.end == PreviewEnd(.complete, framesSent: 4))
  }

  @Test func `its options choose the pictures`() throws {
    let finished = try extract(
      film, "--start", "2", "--end", "10", "--count", "3", "--interval", "2.5", "--width", "160",
      "--quality", "30", "--mode", "exact", "-o", output.path)
    #expect(finished.exitCode == 0)
    #expect(output.names == ["000001.jpg", "000002.jpg", "000003.jpg"])
    let small = try output.read("000001.jpg")
    #expect(try JPEGDecoder().decode(small).width == 160)
    #expect(
      try extract(
        film, "--start", "2.5", "--count", "1", "-n", "2.5", "-w", "160", "-q", "95",
        "--mode", "exact", "-o", output.path
      ).exitCode == 0)
    #expect(try output.read("000001.jpg").count > small.count)
  }

  @Test func `each mode tells the truth about its pictures`() throws {
    // testsrc2 at 25 pictures a second, a keyframe each 12: at 0, 0.48, 0.96, 1.44 ... s.
    let exact = try frames(try extract(film, "-n", "1", "--mode", "exact", "-o", "-").outputBytes)
    #expect(exact.pictures.map(\.time) == (0..<20).map { $0 * 1_000_000 })
    let keys = try frames(try extract(film, "-n", "1", "--mode", "keyframe", "-o", "-").outputBytes)
    #expect(keys.pictures.count == 20)
    for (slot, picture) in keys.pictures.enumerated() {
      #expect(picture.flags.contains(.keyframe) && picture.time % 480_000 == 0)
      #expect(abs(picture.time - Int64(slot) * 1_000_000) <= 480_000)
    }
  }

  @Test func `several recordings get a folder each, and a line of JSON each`() throws {
    let sound = Clips.path("sound.ogg")
    let finished = try extract(
      film, text, sound, film + "x", "-n", "5", "--json", "-o", output.path)
    #expect(finished.exitCode == 1)
    #expect(
      output.names == (0..<4).map { "film.mpg/00000\($0).jpg" } + ["sound.ogg/000000.jpg"])
    var results: [String: [String: Any]] = [:]
    for line in finished.output.split(separator: "\n") {
      let result = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      results["\(result["recording"] ?? "")"] = result
    }
    let lines = [film, text, sound, film + "x"].map { results[$0] ?? [:] }
    let verdicts = lines.map { $0["verdict"] as? String }
    #expect(verdicts == ["complete", "failed", "complete", "failed"])
    #expect(lines.map { $0["pictures"] as? Int } == [4, 0, 1, 0])
    #expect(lines[0]["first"] as? Double == 0 && lines[0]["reason"] is NSNull)
    #expect((lines[3]["reason"] as? String)?.isEmpty == false)
  }

  @Test func `exit codes say how it went`() throws {
    #expect(try extract(text, "-o", output.path).exitCode == 2)
    #expect(try extract(film + "x", "-o", output.path).exitCode == 66)
    #expect(try extract(film, text, "-n", "10", "-o", output.path).exitCode == 1)
    #expect(try extract(film).exitCode == 64)
    #expect(try extract("-o", output.path).exitCode == 64)
    #expect(try extract(film, text, "-o", "-").exitCode == 64)
    #expect(try extract(film, "--start", "5", "--end", "5", "-o", output.path).exitCode == 64)
    for (option, value) in [
      ("--interval", "0.01"), ("--width", "8"), ("--quality", "0"), ("--count", "0"),
      ("--mode", "best"), ("--pace", "0"), ("--start", "-1"),
    ] {
      let finished = try extract(film, option, value, "-o", output.path)
      #expect(finished.exitCode == 64 && finished.errors.contains(option), "\(finished.errors)")
    }
  }

  @Test func `an output that can't be written is said so`() throws {
    try output.write("file", [1])
    let noFolder = try extract(film, "-o", output.path + "/file")
    #expect(noFolder.exitCode == 74 && noFolder.errors.contains(output.path + "/file"))
    let nowhere = try extract(film, "-o", output.path + "/file/a.pvs")
    #expect(nowhere.exitCode == 74 && nowhere.errors.contains(output.path + "/file"))
    #expect(output.names == ["file"])
  }

  @Test(.enabled(if: !Program.isThreadSanitized, "the sanitizer's own file is over the limit"))
  func `full output is said so, and nothing half-written is left`() throws {
    let piped = try shell("exec \"$0\" \"$@\" > /dev/full", ["extract", film, "-o", "-"])
    #expect(piped.exitCode == 74 && piped.errors.contains("standard output"))
    // No file over 8 KiB: as a disk does that is full, that of what is kept as well.
    let limit = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""
    for name in ["frames", "a.pvs"] {
      let finished = try shell(limit, ["extract", film, "-o", output.path + "/" + name])
      #expect(finished.exitCode == 74 && finished.errors.contains("File too large"))
    }
    #expect(output.names == [])
    let lines = try shell("exec \"$0\" \"$@\" > /dev/full", ["probe", film])
    #expect(lines.exitCode == 74 && lines.errors.contains("standard output"))
  }

  @Test(arguments: ["frames", "a.pvs"])
  func `an interrupt leaves nothing half-written`(name: String) throws {
    let running = try Program.previewd.start([
      "extract", film, "-n", "1", "--pace", "realtime", "-o", output.path + "/" + name,
    ])
    #expect(eventually { !output.names.isEmpty })
    running.signal(SIGINT)
    let finished = try running.wait()
    #expect(finished.exitCode == 130 && finished.errors == "previewd: interrupted\n")
    #expect(output.names.allSatisfy { $0.hasSuffix(".jpg") })
    for name in output.names { _ = try JPEGDecoder().decode(try output.read(name)) }
  }

  @Test func `an interrupt ends a stream to standard output`() throws {
    let running = try Program.previewd.start([
      "extract", film, "-n", "1", "--pace", "realtime", "-o", "-",
    ])
    _ = try running.next(200, of: .output)
    running.signal(SIGINT)
    #expect(try running.wait().exitCode == 130)
  }
}
