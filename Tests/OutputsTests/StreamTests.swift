// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs
import Testing

@Suite(.enabled(if: Programs.python != nil, "needs python3"))
struct BIFTests {
  let folder = try? TestFolder()
  private var path: String { (folder?.path ?? "/nowhere") + "/index-sd.bif" }

  /// What bif.py prints of a slot's picture.
  private func line(_ time: Int, _ slot: Int) throws -> String {
    let jpeg = try Material.jpeg(slot)
    return "\(time) \(jpeg.count) \(CRC32.of(jpeg))"
  }

  @Test func `the first bytes are those of the format's page`() throws {
    try BIFOutput(path).make(0..<3, of: Material.recording(duration: .seconds(30)))
    let bytes = try folder?.read("index-sd.bif") ?? []
    // N=3, multiplier 10000; the first picture is behind 64 + 8 * 4 bytes.
    #expect(
      bytes.prefix(20) == [
        0x89, 0x42, 0x49, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 3, 0, 0, 0, 0x10, 0x27, 0, 0,
      ])
    #expect(bytes[64..<72] == [0, 0, 0, 0, 96, 0, 0, 0])
  }

  @Test func `slot k is picture k, gaps show what was before`() throws {
    try BIFOutput(path).make([1, 2, 5], of: Material.recording(duration: .seconds(65)))
    #expect(
      try Programs.check("bif", path)
        == ["7 10000", line(0, 1), line(1, 1), line(2, 2), line(3, 2), line(4, 2), line(5, 5)]
        + [line(6, 5)])
  }

  @Test(arguments: [nil, 10, 95, 100, 2000, 100_000_000] as [Int?])
  func `a length that turns out wrong makes no difference`(seconds: Int?) throws {
    let end = OutputEnd(.complete, served: 10, duration: .seconds(95))
    try BIFOutput(path).make(
      0..<10, of: Material.recording(duration: seconds.map { .seconds($0) }), end: end)
    let found = try folder?.read("index-sd.bif")
    let other = try TestFolder()
    try BIFOutput(other.path + "/a.bif").make(
      0..<10, of: Material.recording(duration: .seconds(95)), end: end)
    #expect(try other.read("a.bif") == found)
    #expect(try Programs.check("bif", path).count == 11)
  }

  @Test func `exact has the pictures' own times in milliseconds`() throws {
    try BIFOutput(path, form: .exact)
      .make([1, 2, 5], of: Material.recording(duration: .seconds(65), slots: 7))
    #expect(
      try Programs.check("bif", path)
        == ["3 1", line(10_040, 1), line(20_040, 2), line(50_040, 5)])
  }

  @Test func `exact has no moment twice`() throws {
    let output = BIFOutput(path, form: .exact)
    try output.begin(Material.recording(duration: nil))
    for slot in 0..<4 {
      var picture = try Material.picture(slot)
      picture.time = Int64(slot / 2) * 5_000_000
      try output.add(picture)
    }
    try output.finish(OutputEnd(.complete, served: 4))
    #expect(try Programs.check("bif", path) == ["2 1", line(0, 0), line(5000, 2)])
  }

  @Test func `what would be over the limit of offsets is refused, and nothing is left`() throws {
    let output = BIFOutput(path, form: .grid, durability: .process, byteLimit: 20_000)
    let error = #expect(throws: MediaError.self) {
      try output.make(0..<100, of: Material.recording(duration: .seconds(1000)))
    }
    #expect(error?.reason == "it would be over 4 GiB: choose a longer interval or a smaller width")
    output.abandon()
    #expect(try folder?.names() == [])
  }

  @Test func `an interval that isn't whole milliseconds is told by times`() throws {
    try BIFOutput(path).make(
      0..<4, of: Material.recording(duration: nil, interval: .microseconds(333_333)))
    #expect(
      try Programs.check("bif", path)
        == ["4 1", line(0, 0), line(333, 1), line(667, 2), line(1000, 3)])
  }
}

@Suite(.enabled(if: Programs.python != nil && Programs.ffmpeg != nil, "needs python3, ffmpeg"))
struct MultipartTests {
  let folder = try? TestFolder()
  private var path: String { (folder?.path ?? "/nowhere") + "/news.mjpeg" }

  @Test func `parts are read strictly`() throws {
    try MultipartOutput(.file(path)).make([0, 1, 4], of: Material.recording(duration: nil))
    let lines = try [(0, "0.04"), (1, "10.04"), (4, "40.04")].map { slot, time in
      let jpeg = try Material.jpeg(slot)
      return "\(time) \(slot) \(jpeg.count) \(CRC32.of(jpeg))"
    }
    #expect(try Programs.check("multipart", path, MultipartOutput.boundary) == lines)
  }

  @Test func `ffprobe counts the pictures`() throws {
    try MultipartOutput(.file(path)).make(0..<25, of: Material.recording(duration: nil))
    let found = try Programs.lines(
      Programs.ffprobe,
      ["-v", "error", "-f", "mpjpeg", "-strict_mime_boundary", "1", "-count_frames"]
        + ["-show_entries", "stream=codec_name,nb_read_frames,width", "-of", "csv=p=0", path])
    #expect(found == ["mjpeg,32,25"])
  }

  @Test(.enabled(if: Programs.curl != nil, "needs curl"))
  func `a pipe's reader gets the same bytes as a file's`() throws {
    let pipe = folder.map { $0.path + "/pipe" } ?? ""
    let made = unsafe mkfifo(pipe, 0o600)
    #expect(made == 0)
    // curl reads named pipes as files, to their end.
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: try #require(Programs.curl))
    reader.arguments = ["-s", "-o", path + ".copy", "file://" + pipe]
    try reader.run()
    let descriptor = unsafe open(pipe, O_WRONLY)
    defer { reader.waitUntilExit() }
    let output = MultipartOutput(.descriptor(descriptor, name: "the pipe"))
    try output.make(0..<10, of: Material.recording(duration: nil))
    #expect(output.published.isEmpty)
    close(descriptor)
    reader.waitUntilExit()
    try MultipartOutput(.file(path)).make(0..<10, of: Material.recording(duration: nil))
    #expect(try folder?.read("news.mjpeg.copy") == folder?.read("news.mjpeg"))
  }
}

@Suite struct FrameStreamTests {
  @Test func `the file is a preview file with description, slots and end`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/news.pvs"
    let recording = Material.recording(duration: .seconds(65), firstSlot: 1, slots: 6)
    try FrameStreamOutput(.file(path)).make(
      [1, 2, 5], of: recording, end: OutputEnd(.partial, reason: "cut", served: 3, missed: 3))
    let reader = try PreviewFileReader(path: path)
    #expect(reader.hasIndex)
    #expect(try reader.description() == recording.description)
    #expect(reader.entries.map(\.slot) == [nil, 1, 2, 5, nil])
    #expect(
      reader.entries.dropFirst().dropLast().map(\.flags)
        == [[], .keyframe, .discontinuity])
    #expect(try reader.frame(reader.entries[3]).payload == Material.jpeg(5))
    let end = try PreviewEnd(payload: reader.frame(reader.entries[4]).payload)
    #expect(end == PreviewEnd(.partial, reason: "cut", framesSent: 3, slotsMissed: 3))
  }
}
