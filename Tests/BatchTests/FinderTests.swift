// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Batch

@Suite final class FinderTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "finder-\(UUID())"
    for path in ["b.ts", "a.mpg", "notes.txt", ".hidden.ts", "series/one/c.mkv", "series/d.mp3"] {
      let file = URL(fileURLWithPath: folder + "/" + path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: file)
    }
    // A circle.
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/series/up", withDestinationPath: folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func `a folder gives its recordings by name`() {
    var finder = RecordingFinder(goesDown: false)
    finder.add(folder)
    #expect(finder.recordings.map(\.name) == ["a.mpg", "b.ts"])
    #expect(finder.recordings.allSatisfy { $0.byteCount == 3 && $0.folder.isEmpty })
  }

  @Test func `folders within are looked through on request, circles once`() {
    var finder = RecordingFinder(goesDown: true)
    finder.add(folder)
    #expect(finder.recordings.map(\.name) == ["a.mpg", "b.ts", "d.mp3", "c.mkv"])
    #expect(finder.recordings.map(\.folder) == ["", "", "series", "series/one"])
  }

  @Test func `a file is taken whatever its name, each once`() {
    var finder = RecordingFinder(goesDown: false)
    for path in ["/notes.txt", "/b.ts", "/./b.ts"] { finder.add(folder + path) }
    #expect(finder.recordings.map(\.name) == ["notes.txt", "b.ts"])
    #expect(finder.recordings.map(\.stem) == ["notes", "b"])
  }

  @Test func `a path that leads nowhere is a problem with a name`() {
    var finder = RecordingFinder(goesDown: false)
    finder.add(folder + "/none.ts")
    #expect(finder.recordings.isEmpty)
    #expect("\(finder.problems)".contains("none.ts: No such file"))
  }

  @Test func `a list separates paths by zero bytes`() {
    let list = Array("a b.ts\0c\nd.ts\0".utf8)
    #expect(RecordingFinder.paths(inList: list) == ["a b.ts", "c\nd.ts"])
  }
}
