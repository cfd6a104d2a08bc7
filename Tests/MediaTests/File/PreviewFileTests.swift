// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

/// A preview file of 20 pictures each 10 s, but for slots 5 and 6.
func previewFile(finished: Bool = true) throws -> [UInt8] {
  var bytes: [UInt8] = []
  let writer = PreviewFileWriter { bytes += $0 }
  let description = PreviewDescription(
    title: "a.mpg",
    pictures: .init(width: 32, height: 18, interval: .seconds(10), mode: .exact, slots: 20))
  try writer.append(PreviewFrame(kind: .description, payload: description.payload))
  for slot in 0..<20 where slot != 5 && slot != 6 {
    try writer.append(
      PreviewFrame(
        kind: .picture, flags: .keyframe, time: Int64(slot) * 10_000_000 + 40_000,
        payload: [UInt8](repeating: UInt8(slot), count: slot * 7)),
      slot: slot)
  }
  try writer.append(
    PreviewFrame(kind: .end, payload: PreviewEnd(.partial, framesSent: 18, slotsMissed: 2).payload))
  if finished { try writer.finish() }
  #expect(writer.byteCount == bytes.count)
  return bytes
}

/// A file without a name that holds these bytes.
func temporaryFile(_ bytes: [UInt8]) throws -> Int32 {
  var path = Array("/tmp/preview-test-XXXXXX".utf8CString)
  let descriptor = unsafe mkstemp(&path)
  unsafe unlink(path)
  let count = unsafe write(descriptor, bytes, bytes.count)
  try #require(count == bytes.count)
  return descriptor
}

/// A reader of these bytes.
func reader(_ bytes: [UInt8]) throws -> PreviewFileReader {
  try PreviewFileReader(taking: temporaryFile(bytes), name: "test")
}

@Suite struct PreviewFileTests {
  @Test func `pictures are found by slot and by time`() throws {
    let file = try reader(previewFile())
    #expect(file.hasIndex && file.entries.count == 20)
    #expect(
      try file.picture(slot: 7).map { try file.frame($0) }?.payload
        == [UInt8](repeating: 7, count: 49))
    #expect(file.picture(slot: 5) == nil && file.picture(slot: 20) == nil)
    #expect(file.picture(nearest: 0)?.slot == 0)
    #expect(
      file.picture(nearest: 55_040_000)?.slot == 4 && file.picture(nearest: 55_040_001)?.slot == 7)
    #expect(file.picture(nearest: .max)?.slot == 19 && file.picture(nearest: .min)?.slot == 0)
    #expect(try file.description()?.title == "a.mpg")
  }

  @Test func `a file is a stream of frames to a deframer`() throws {
    var deframer = Deframer()
    let found = try frames(in: [previewFile()], &deframer)
    #expect(found.count == 22 && deframer.skippedBytes == 0)
    #expect(found.map(\.sequence) == Array(0..<22))
    #expect(found.suffix(2).allSatisfy { $0.kind == .control })
  }

  @Test func `a file cut anywhere is readable from the front`() throws {
    let bytes = try previewFile()
    let whole = try reader(bytes).entries
    for cut in stride(from: 1, to: bytes.count, by: 13) {
      let complete = whole.filter { $0.offset + 32 + $0.payloadLength <= cut }
      guard !complete.isEmpty else { continue }
      let file = try reader(Array(bytes[..<cut]))
      #expect(!file.hasIndex)
      #expect(file.entries.map(\.offset) == complete.map(\.offset))
    }
  }

  @Test func `without an index the pictures count as slots in order`() throws {
    let file = try reader(previewFile(finished: false))
    #expect(file.picture(slot: 5)?.time == 70_040_000)
  }

  @Test func `a damaged picture is an error, the others are read`() throws {
    var bytes = try previewFile()
    let entry = try #require(try reader(bytes).picture(slot: 3))
    bytes[entry.offset + 40] ^= 1
    let file = try reader(bytes)
    #expect { try file.frame(entry) } throws: {
      "\($0)" == "read test: the frame at byte \(entry.offset) is damaged"
    }
    #expect(try file.picture(slot: 4).map { try file.frame($0) }?.payload.count == 28)
  }

  @Test(arguments: [[], Array("no preview file".utf8)]) func `a file without a frame is refused`(
    bytes: [UInt8]
  ) {
    #expect(throws: MediaError.self) { try reader(bytes) }
  }

  @Test func `many may read one file at once`() async throws {
    let file = try reader(previewFile())
    let lengths = try await withThrowingTaskGroup { group in
      for slot in 7..<20 {
        group.addTask {
          try file.picture(slot: slot).map { try file.frame($0).payload.count } ?? -1
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(lengths.sorted() == (7..<20).map { $0 * 7 })
  }

  @Test func `a missing file and a folder are refused by name`() {
    #expect { try PreviewFileReader(path: "/nowhere/a.pvs") } throws: {
      "\($0)" == "open /nowhere/a.pvs: No such file or directory"
    }
    #expect { try PreviewFileReader(path: "/tmp") } throws: {
      "\($0)" == "open /tmp: not a regular file"
    }
  }

  @Test func `a full disk is an error`() {
    let full = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let writer = PreviewFileWriter(descriptor: full, name: "out.pvs")
    #expect { try writer.append(PreviewFrame(kind: .heartbeat)) } throws: {
      "\($0)" == "write out.pvs: No space left on device"
    }
  }

  @Test func `an index of several frames is read whole`() throws {
    var bytes: [UInt8] = []
    let writer = PreviewFileWriter { bytes += $0 }
    for slot in 0..<70_000 {
      try writer.append(PreviewFrame(kind: .picture, time: Int64(slot)), slot: slot)
    }
    try writer.finish()
    let file = try reader(bytes)
    #expect(file.hasIndex && file.entries == writer.entries)
    #expect(file.picture(slot: 69_999)?.offset == 69_999 * 32)
  }

  @Test func `no mutation of a file crashes its reader`() throws {
    let bytes = try previewFile()
    for mutant in mutants(of: bytes, count: 500, seed: 31) {
      guard let file = try? reader(mutant) else { continue }
      for entry in file.entries { _ = try? file.frame(entry) }
    }
  }
}
