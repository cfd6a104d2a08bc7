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

  private func extract(_ path: String, processes: Int) throws -> (pictures: [UInt8], said: String) {
    let output = "\(scratch.path)/\(processes).pvs"
    let finished = try Program.previewd.run(
      [
        "extract", path, "-n", "0.1", "-w", "64", "--mode", "exact", "-j", "\(processes)",
        "--stats", "-o", output,
      ],
      input: [], environment: [:])
    #expect(finished.exitCode == 0, "\(finished.errors)")
    return (try scratch.read("\(processes).pvs"), finished.output + finished.errors)
  }

  /// The number before a word.
  private func number(before word: String, in text: String) throws -> Int {
    let head = try #require(text.range(of: " \(word)")).lowerBound
    return try #require(Int(text[..<head].split { !$0.isNumber }.last ?? ""))
  }

  @Test func `what several processes took is their sum`() throws {
    let one = try extract(film, processes: 1)
    let several = try extract(film, processes: 4)
    #expect(several.pictures == one.pictures)
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
    #expect(several.pictures == one.pictures)
    let packets = try number(before: "packets", in: one.said)
    #expect(try number(before: "packets", in: several.said) <= packets * 5 / 4, "\(several.said)")
  }
}
