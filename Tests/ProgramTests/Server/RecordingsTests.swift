// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Testing

private let recordingsFolder = ProcessInfo.processInfo.environment["PREVIEW_MEDIA_DIR"]

/// Every recording that PREVIEW_MEDIA_DIR/LIST.tsv names gives pictures with sensible times, or a
/// clear verdict, the same one on every way.
@Suite(.enabled(if: recordingsFolder != nil, "PREVIEW_MEDIA_DIR isn't set"))
struct RecordingsTests {
  static let folder = recordingsFolder

  /// The first column of the list, but its heading.
  static let recordings: [String] = {
    let list = try? String(contentsOfFile: (folder ?? "") + "/LIST.tsv", encoding: .utf8)
    return (list ?? "").split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: "\t").first.map(String.init)
    }
  }()

  private let output: Scratch

  init() throws { output = try Scratch() }

  @Test func `the list names recordings`() { #expect(!Self.recordings.isEmpty) }

  @Test(arguments: recordings)
  func `a recording is probed and extracted, or there is a verdict`(name: String) throws {
    let path = (Self.folder ?? "") + "/" + name
    let probed = try Program.previewd.run(["probe", "--json", path])
    let extracted = try Program.previewd.run(
      ["extract", path, "-n", "1", "--json", "-o", output.path])
    let result = try Outcome(extracted.output)
    #expect(result.pictures == output.names.count)
    switch extracted.exitCode {
    case 0: #expect(result.verdict == "complete" && result.reason == nil && result.pictures > 0)
    case 1: #expect(result.verdict != "complete" && result.reason != nil && result.pictures > 0)
    case 2, 66: #expect(result.verdict == "failed" && result.reason != nil && result.pictures == 0)
    default: Issue.record("exit code \(extracted.exitCode): \(extracted.errors)")
    }
    if result.pictures > 0 {
      #expect(probed.exitCode == 0)
      _ = try JSONSerialization.jsonObject(with: Data(probed.outputBytes))
    } else {
      #expect(result.reason != nil)
      if probed.exitCode != 0 { #expect(probed.errors.hasPrefix("previewd: ")) }
    }
    for name in output.names { _ = try JPEGDecoder().decode(try output.read(name)) }
    #expect(!extracted.errors.contains("Fatal"))
  }

  /// A line of `extract --json`.
  private struct Outcome {
    let pictures: Int
    let verdict: String?
    let reason: String?

    init(_ line: String) throws {
      let fields = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      pictures = fields["pictures"] as? Int ?? -1
      verdict = fields["verdict"] as? String
      reason = fields["reason"] as? String
    }
  }

  @Test func `the server sends what extract writes, or the same verdict`() throws {
    let server = try PreviewdServer([Self.folder ?? ""], deadline: .seconds(120))
    let listed = try server.answer(to: PreviewRequest(.list)).frames
      .filter { $0.kind == .listing }.flatMap { try Listing(payload: $0.payload).entries }
    #expect(listed.count > Self.recordings.count * 3 / 4)
    for name in Self.recordings {
      let served = try server.answer(to: .pictures(name))
      let extracted = try Program.previewd.run(
        ["extract", (Self.folder ?? "") + "/" + name, "-n", "1", "-o", "-"])
      var deframer = Deframer()
      deframer.push(extracted.outputBytes)
      var file = Answer()
      while let frame = try deframer.next() { file.frames.append(frame) }
      #expect(served.pictures.map(\.payload) == file.pictures.map(\.payload), "\(name)")
      #expect(served.pictures.map(\.time) == file.pictures.map(\.time), "\(name)")
      #expect(served.pictures.map(\.flags) == file.pictures.map(\.flags), "\(name)")
      #expect(served.end == file.end, "\(name)")
      #expect(served.description == file.description, "\(name)")
      check(served.pictures, of: name)
      if let failure = served.failure {
        #expect([2, 66].contains(extracted.exitCode) && file.pictures.isEmpty, "\(name)")
        #expect(!failure.reason.isEmpty && extracted.errors.contains(name), "\(name)")
      } else {
        #expect(served.end?.framesSent == served.pictures.count, "\(name)")
      }
    }
    #expect(server.zombies.isEmpty)
    let finished = try server.running.terminate()
    #expect(finished.exitCode == 0 && !finished.errors.contains("decoder died"))
  }

  /// Times never go back, and none is before the recording or beyond a day.
  private func check(_ pictures: [PreviewFrame], of name: String) {
    let times = pictures.map(\.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "\(name): \(times)")
    #expect(times.allSatisfy { 0...86_400_000_000 ~= $0 }, "\(name): \(times)")
  }
}
