// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// Whatever is killed, the next run ends with the same files as one that nobody disturbed.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct BatchKillTests {
  let film: String
  let output: Scratch
  let cache: Scratch

  init() throws {
    film = try #require(Clips.folder).path + "/film.mpg"
    output = try Scratch()
    cache = try Scratch()
  }

  private func arguments(_ name: String, of recording: String? = nil) -> [String] {
    [
      "extract", recording ?? film, "-n", "0.04", "-w", "96", "--mode", "exact", "-j", "2", "--to",
      "jpeg,pvs,sprites", "-o", output.path + "/" + name,
    ]
  }

  private var environment: [String: String] { ["PREVIEWD_CACHE": cache.path] }

  /// Bytes of the pictures kept so far.
  private var kept: Int {
    cache.names.filter { $0.hasSuffix(".journal") }
      .compactMap { try? cache.read($0).count }.reduce(0, +)
  }

  private func files(below folder: String) throws -> [String: [UInt8]] {
    let names = output.names.filter { $0.hasPrefix(folder + "/") }
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        (String($0.dropFirst(folder.count + 1)), try output.read($0))
      })
  }

  /// What a run says of its one recording.
  private func json(_ arguments: [String]) throws -> [String: Any] {
    let finished = try Program.previewd.run(arguments + ["--json"], environment: environment)
    return try #require(
      JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
  }

  /// Of thousands of bytes that differ, `#expect` itself would look for the differences for minutes.
  private func expectKilledIsWhole() throws {
    let killed = try files(below: "killed")
    let whole = try files(below: "whole")
    let different = Set(killed.keys).union(whole.keys).filter { killed[$0] != whole[$0] }.sorted()
    #expect(different.isEmpty && !whole.isEmpty)
  }

  /// Processes below one.
  private func children(of process: pid_t) -> [pid_t] {
    let path = "/proc/\(process)/task/\(process)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { pid_t($0) }
  }

  /// About 1.2 MB of pictures are kept of a whole run; the moments are spread over that.
  @Test func `a run that is killed ten times ends like one that wasn't`() throws {
    var random = SystemRandomNumberGenerator()
    #expect(try Program.previewd.run(arguments("whole"), environment: environment).exitCode == 0)
    var before = 0
    for moment in 0..<10 {
      let running = try Program.previewd.start(arguments("killed"), environment: environment)
      let goal = before + Int.random(in: 1...120_000, using: &random)
      var isOver = false
      _ = eventually(.seconds(20)) {
        isOver = output.names.contains("killed/film.pvs")
        return kept >= goal || isOver
      }
      running.signal(SIGKILL)
      _ = try running.wait()
      if isOver { break }
      #expect(kept >= before, "moment \(moment): what was kept is lost")
      before = kept
    }
    let finished = try Program.previewd.run(arguments("killed"), environment: environment)
    #expect(finished.exitCode == 0)
    try expectKilledIsWhole()
    #expect(!output.names.contains { $0.hasSuffix(".part") })
    #expect(cache.names.allSatisfy { !$0.hasSuffix(".journal") && !$0.hasSuffix(".part") })
  }

  @Test func `a run goes on where it was killed`() throws {
    let running = try Program.previewd.start(
      arguments("killed") + ["--quiet"], environment: environment)
    #expect(eventually { kept > 100_000 })
    running.signal(SIGKILL)
    _ = try running.wait()
    try #require(!output.names.contains("killed/film.pvs"))
    let result = try json(arguments("killed"))
    #expect((result["kept"] as? Int ?? 0) > 10)
    #expect(result["pictures"] as? Int == 500)
  }

  /// What is decoded behind the damage depends on what was decoded before it.
  @Test func `a damaged recording whose run was killed gives what an undisturbed run gives`() throws
  {
    let damaged = output.path + "/film.mpg"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: film)))
    for place in stride(from: bytes.count / 8, to: bytes.count / 2, by: bytes.count / 32) {
      bytes.replaceSubrange(place..<place + 2_000, with: repeatElement(0x55, count: 2_000))
    }
    try Data(bytes).write(to: URL(fileURLWithPath: damaged))
    _ = try Program.previewd.run(arguments("whole", of: damaged), environment: environment)
    for goal in [100_000, 300_000, 500_000] {
      let running = try Program.previewd.start(
        arguments("killed", of: damaged), environment: environment)
      _ = eventually(.seconds(20)) { kept > goal || output.names.contains("killed/film.pvs") }
      running.signal(SIGKILL)
      _ = try running.wait()
    }
    let result = try json(arguments("killed", of: damaged))
    #expect(result["kept"] as? Int == 0)
    try expectKilledIsWhole()
  }

  @Test func `decoders that are killed are replaced, and nothing is missing`() throws {
    #expect(try Program.previewd.run(arguments("whole"), environment: environment).exitCode == 0)
    let running = try Program.previewd.start(arguments("killed"), environment: environment)
    for goal in [50_000, 200_000, 500_000] {
      _ = eventually { kept > goal }
      for child in children(of: running.process).prefix(1) { kill(child, SIGKILL) }
    }
    let finished = try running.wait()
    #expect(finished.exitCode == 0, "\(finished.errors)")
    try expectKilledIsWhole()
  }

  @Test func `two runs don't make the same outputs at once`() throws {
    let running = try Program.previewd.start(arguments("a"), environment: environment)
    #expect(eventually { kept > 0 })
    running.signal(SIGSTOP)
    let second = try Program.previewd.run(arguments("a"), environment: environment)
    #expect(second.exitCode == 74 && second.errors.contains("another run"))
    running.signal(SIGCONT)
    #expect(try running.wait().exitCode == 0)
  }
}
