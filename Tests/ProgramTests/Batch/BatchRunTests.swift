// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// `previewd extract` over many recordings.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct BatchRunTests {
  let film: String
  let scratch: Scratch
  let output: Scratch

  init() throws {
    film = try #require(Clips.folder).path + "/film.mpg"
    scratch = try Scratch()
    output = try Scratch()
  }

  private func extract(
    _ arguments: String..., input: [UInt8] = [], cache: String? = nil
  ) throws -> Program.Finished {
    try Program.previewd.run(
      ["extract"] + arguments, input: input,
      environment: cache.map { ["PREVIEWD_CACHE": $0] } ?? [:])
  }

  private func results(_ finished: Program.Finished) throws -> [[String: Any]] {
    try finished.output.split(separator: "\n").map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func copyFilm(to names: String...) throws {
    for name in names {
      let path = scratch.path + "/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: film, toPath: path)
    }
  }

  @Test func `recordings below a folder keep their places, and a bad one stops no other`() throws {
    try copyFilm(to: "a.mpg", "series/b.mpg", "series/two/c.mpg")
    try scratch.write("bad.ts", Array("no recording".utf8))
    let finished = try extract(
      "-r", scratch.path, "-n", "10", "--to", "bif,sheet:2x1", "--json", "-o", output.path)
    #expect(finished.exitCode == 1)
    let verdicts = try results(finished).map { "\($0["verdict"] ?? "")" }
    #expect(verdicts.sorted() == ["complete", "complete", "complete", "failed"])
    #expect(
      output.names == [
        "a-320-10.bif", "a-sheet.jpg", "series/b-320-10.bif", "series/b-sheet.jpg",
        "series/two/c-320-10.bif", "series/two/c-sheet.jpg",
      ])
  }

  @Test func `paths come from a list too`() throws {
    try copyFilm(to: "a b.mpg", "c.mpg")
    let list = ["a b.mpg", "c.mpg"].map { scratch.path + "/" + $0 }.joined(separator: "\0")
    let finished = try extract(
      "--files0", "-", "-n", "10", "--to", "pvs", "-o", output.path, input: Array(list.utf8))
    #expect(finished.exitCode == 0)
    #expect(output.names == ["a b.pvs", "c.pvs"])
  }

  @Test func `outputs go beside the recordings on request`() throws {
    try copyFilm(to: "one.mpg")
    let finished = try extract(
      scratch.path, "-n", "10", "-w", "160", "--to", "jellyfin", "--beside")
    #expect(finished.exitCode == 0)
    #expect(scratch.names == ["one.mpg", "one.trickplay/160 - 10x10/0.jpg"])
  }

  @Test func `what is there already is left alone, until the recording or the wish changes`() throws
  {
    try copyFilm(to: "a.mpg")
    let recording = scratch.path + "/a.mpg"
    func pictures(_ more: String...) throws -> (unchanged: Bool?, decoded: Int?) {
      let finished = try Program.previewd.run(
        ["extract", recording, "-n", "2", "--json", "--to", "bif", "-o", output.path] + more)
      let result = try results(finished)[0]
      return (result["unchanged"] as? Bool, result["bytes_read"] as? Int)
    }
    #expect(try pictures().unchanged == false)
    #expect(try pictures().unchanged == true)
    #expect(try pictures("-w", "160").unchanged == false)
    #expect(try pictures().unchanged == true)
    #expect(try pictures("--force").unchanged == false)
    try FileManager.default.removeItem(atPath: output.path + "/a-320-2.bif")
    #expect(try pictures().unchanged == false)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: recording))
    try handle.truncate(atOffset: 400_000)
    try handle.close()
    #expect(try pictures().unchanged == false)
  }

  @Test func `a rehearsal writes nothing`() throws {
    let finished = try extract(film, "-n", "10", "--dry-run", "-o", output.path + "/new")
    #expect(finished.exitCode == 0 && finished.output.contains("would be extracted"))
    #expect(output.names == [])
    #expect(!FileManager.default.fileExists(atPath: output.path + "/new"))
  }

  @Test(arguments: ["auto", "keyframe", "exact"])
  func `several processes at one recording give what one gives`(mode: String) throws {
    for workers in ["1", "2", "5"] {
      let finished = try extract(
        film, "-n", "0.1", "-w", "64", "--mode", mode, "-j", workers, "-o",
        output.path + "/\(workers).pvs")
      #expect(finished.exitCode == 0)
    }
    let one = try output.read("1.pvs")
    #expect(try output.read("2.pvs") == one && output.read("5.pvs") == one)
  }

  @Test func `one decoding makes what single runs make`() throws {
    let all = "jpeg,pvs,bif,jellyfin,sprites"
    #expect(try extract(film, "-n", "2", "--to", all, "-o", output.path + "/all").exitCode == 0)
    for format in all.split(separator: ",") {
      let finished = try extract(
        film, "-n", "2", "--to", String(format), "-o", output.path + "/single")
      #expect(finished.exitCode == 0)
    }
    let names = output.names
    let together = names.filter { $0.hasPrefix("all/") }
    #expect(together.count == 10 + 1 + 1 + 1 + 2)
    for name in together {
      let own = name.dropFirst(4)
      let single = "single/" + (own.hasPrefix("film.mpg/") ? own.dropFirst(9) : own)
      #expect(try output.read(name) == output.read(single), "\(name)")
    }
  }

  @Test func `two widths of one decoding are what each is alone`() throws {
    for (widths, folder) in [("320,160", "both"), ("320", "large"), ("160", "small")] {
      let finished = try extract(
        film, "-n", "5", "-w", widths, "--to", "pvs", "-o", output.path + "/" + folder)
      #expect(finished.exitCode == 0)
    }
    #expect(try output.read("both/film-320.pvs") == output.read("large/film.pvs"))
    #expect(
      output.names == [
        "both/film-160.pvs", "both/film-320.pvs", "large/film.pvs", "small/film.pvs",
      ]
    )
  }

  @Test func `gc removes what a killed run left, and nothing else`() throws {
    let running = try Program.previewd.start([
      "extract", film, "-n", "1", "--pace", "realtime", "-o", output.path + "/a.pvs",
    ])
    #expect(eventually { output.names.contains { $0.hasSuffix(".part") } })
    let held = try Program.previewd.run(["gc", output.path])
    #expect(held.exitCode == 0 && output.names.count == 1)
    running.signal(SIGKILL)
    _ = try running.wait()
    try output.write("mine.part", [1])
    let rehearsed = try Program.previewd.run(["gc", "--dry-run", output.path])
    #expect(rehearsed.output.contains("would be removed") && output.names.count == 2)
    #expect(try Program.previewd.run(["gc", output.path]).exitCode == 0)
    #expect(output.names == ["mine.part"])
  }
}
