// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One recording, several processes.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct BatchDivisionTests {
  let film: String
  let scratch: Scratch

  init() throws {
    film = try #require(Clips.folder).path + "/film.mpg"
    scratch = try Scratch()
  }

  private func extract(
    _ path: String, processes: Int, mode: String = "exact", exitCode: Int32 = 0
  ) throws -> (pictures: [UInt8], said: String) {
    let output = "\(scratch.path)/\(processes).pvs"
    let finished = try Program.previewd.run(
      [
        "extract", path, "-n", "0.1", "-w", "64", "--mode", mode, "-j", "\(processes)",
        "--stats", "--force", "-o", output,
      ],
      input: [], environment: ["PREVIEWD_CACHE": "\(scratch.path)/own-\(processes)"])
    #expect(finished.exitCode == exitCode, "\(finished.errors)")
    return (try scratch.read("\(processes).pvs"), finished.output + finished.errors)
  }

  /// Of thousands of bytes that differ, `#expect` itself would look for the differences for minutes.
  private func expectSame(_ found: [UInt8], _ wanted: [UInt8]) {
    let isSame = found == wanted
    #expect(isSame, "\(found.count) bytes instead of \(wanted.count)")
  }

  /// The number before a word.
  private func number(before word: String, in text: String) throws -> Int {
    let head = try #require(text.range(of: " \(word)")).lowerBound
    return try #require(Int(text[..<head].split { !$0.isNumber }.last ?? ""))
  }

  @Test func `what several processes took is their sum`() throws {
    let one = try extract(film, processes: 1)
    let several = try extract(film, processes: 4)
    expectSame(several.pictures, one.pictures)
    for word in ["bytes read", "packets", "decoded"] {
      let least = try number(before: word, in: one.said)
      #expect(try number(before: word, in: several.said) >= least * 9 / 10, "\(several.said)")
    }
    // 200 slots, each with a picture of its own.
    #expect(try number(before: "decoded", in: several.said) >= 200)
  }

  @Test func `a recording that jumps isn't divided`() throws {
    let twice = try Data(contentsOf: URL(fileURLWithPath: film))
    let path = scratch.path + "/twice.mpg"
    try (twice + twice).write(to: URL(fileURLWithPath: path))
    let one = try extract(path, processes: 1)
    let several = try extract(path, processes: 4)
    expectSame(several.pictures, one.pictures)
    let packets = try number(before: "packets", in: one.said)
    #expect(try number(before: "packets", in: several.said) <= packets * 5 / 4, "\(several.said)")
  }

  /// The film as a transport stream.
  private func stream(from start: Int = 0) throws -> String {
    let path = "\(scratch.path)/\(start).ts"
    let made = try Program.ffmpeg.run([
      "-v", "error", "-i", film, "-map", "0:v", "-c", "copy", "-output_ts_offset", "\(start)", path,
    ])
    #expect(made.exitCode == 0, "\(made.errors)")
    return path
  }

  /// The film, and again from 35 s on: too short a jump to be seen from afar.
  private func jumping() throws -> String {
    let path = scratch.path + "/jumping.ts"
    let parts = try [0, 35].map { try Data(contentsOf: URL(fileURLWithPath: stream(from: $0))) }
    try (parts[0] + parts[1]).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(arguments: ["keyframe", "auto", "exact"])
  func `a jump met on the way has all decoded anew, in one`(mode: String) throws {
    let path = try jumping()
    let one = try extract(path, processes: 1, mode: mode)
    let several = try extract(path, processes: 4, mode: mode)
    expectSame(several.pictures, one.pictures)
  }

  // A hole of 5 s: neither damaged nor missing are the pictures, but far from their slots.
  @Test func `what is lost is told, however many processes there are`() throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: stream()))
    let quarter = bytes.count / 4 / 188 * 188
    bytes.removeSubrange(quarter..<2 * quarter)
    let path = scratch.path + "/lossy.ts"
    try bytes.write(to: URL(fileURLWithPath: path))
    let one = try extract(path, processes: 1, mode: "auto", exitCode: 1)
    let several = try extract(path, processes: 4, mode: "auto", exitCode: 1)
    expectSame(several.pictures, one.pictures)
  }

  @Test func `what several processes learned of key pictures is kept together`() throws {
    let clip = try stream()
    for processes in [1, 4] {
      let first = try extract(clip, processes: processes, mode: "keyframe")
      let again = try extract(clip, processes: processes, mode: "keyframe")
      expectSame(again.pictures, first.pictures)
    }
    let maps = try [1, 4].map { processes in
      let name = try #require(
        scratch.names.first { $0.hasPrefix("own-\(processes)/") && $0.hasSuffix(".keys") })
      return try scratch.read(name)
    }
    // Each second of the film has key pictures, and all of them are known.
    expectSame(maps[0], maps[1])
  }
}
