// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// `previewd extract --watch` and `--follow`.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct BatchWatchTests {
  let film: [UInt8]
  let folder: Scratch
  let output: Scratch

  init() throws {
    film = try [UInt8](
      Data(contentsOf: URL(fileURLWithPath: try #require(Clips.folder).path + "/film.mpg")))
    folder = try Scratch()
    output = try Scratch()
  }

  @Test func `a watched folder's recordings are extracted when they are finished`() throws {
    try folder.write("old.mpg", film)
    let running = try Program.previewd.start([
      "extract", "--watch", folder.path, "-n", "5", "--to", "bif", "-o", output.path,
    ])
    #expect(eventually(.seconds(20)) { output.names == ["old-320-5.bif"] })
    let writer = try FileHandle(forWritingTo: try newFile("new.mpg"))
    try writer.write(contentsOf: film.prefix(film.count / 2))
    try writer.write(contentsOf: film.dropFirst(film.count / 2))
    #expect(output.names == ["old-320-5.bif"])
    try writer.close()
    #expect(eventually(.seconds(20)) { output.names == ["new-320-5.bif", "old-320-5.bif"] })
    #expect(try output.read("new-320-5.bif") == output.read("old-320-5.bif"))
    running.signal(SIGTERM)
    #expect(try running.wait().exitCode == 0)
  }

  @Test func `a growing recording is followed to its end`() throws {
    let path = try newFile("growing.mpg")
    let writer = try FileHandle(forWritingTo: path)
    try writer.write(contentsOf: film.prefix(film.count / 2))
    let running = try Program.previewd.start([
      "extract", "--follow", "--quiet-time", "4", path.path, "-n", "2", "-o",
      output.path + "/frames",
    ])
    #expect(eventually(.seconds(20)) { output.names.contains("frames/000002.jpg") })
    #expect(!output.names.contains("frames/000009.jpg"))
    try writer.write(contentsOf: film.dropFirst(film.count / 2))
    try writer.close()
    let finished = try running.wait()
    #expect(finished.exitCode == 0, "\(finished.errors)")
    try folder.write("whole.mpg", film)
    let whole = try Program.previewd.run([
      "extract", folder.path + "/whole.mpg", "-n", "2", "-o", output.path + "/whole",
    ])
    #expect(whole.exitCode == 0)
    for slot in 0..<10 {
      #expect(
        try output.read("frames/00000\(slot).jpg") == output.read("whole/00000\(slot).jpg"))
    }
  }

  private func newFile(_ name: String) throws -> URL {
    try folder.write(name, [])
    return URL(fileURLWithPath: folder.path + "/" + name)
  }
}
