// SPDX-License-Identifier: Apache-2.0
import Decoders
import Foundation
import Media
import Testing

@testable import Batch

@Suite final class KeepingTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "keeping-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private let description = PreviewDescription(title: "news.ts", duration: .seconds(60))

  private func picture(_ slot: Int) -> DecodedPicture {
    DecodedPicture(
      slot: slot, askedTime: Int64(slot) * 1_000_000, time: Int64(slot) * 1_000_001,
      flags: [.keyframe], jpegs: [[UInt8](repeating: UInt8(slot), count: 50 + slot), [1, 2]])
  }

  private func write(_ path: String, slots: Range<Int>, isOver: Bool) throws {
    let journal = try Journal(path, kept: nil)
    try journal.begin(description)
    for slot in slots { try journal.append(picture(slot)) }
    if isOver { try journal.end(PreviewEnd(.complete, framesSent: slots.count)) }
    try journal.flush()
  }

  @Test func `a journal gives back what was kept`() throws {
    let path = folder + "/a.5.journal"
    try write(path, slots: 5..<9, isOver: true)
    let kept = try #require(Journal.recover(path, first: 5))
    #expect(kept.next == 9 && kept.end?.status == .complete && kept.description == description)
    var pictures: [DecodedPicture] = []
    let journal = try Journal(path, kept: kept)
    try journal.forEach { pictures.append($0) }
    #expect(pictures == (5..<9).map(picture))
  }

  @Test func `a journal cut at any byte goes on behind its last whole picture`() throws {
    let path = folder + "/a.0.journal"
    try write(path, slots: 0..<3, isOver: false)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for cut in 0...whole.count {
      try whole.prefix(cut).write(to: URL(fileURLWithPath: path))
      guard let kept = Journal.recover(path, first: 0) else { continue }
      #expect(kept.byteCount <= cut)
      let journal = try Journal(path, kept: kept)
      for slot in kept.next..<3 { try journal.append(picture(slot)) }
      try journal.flush()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole, "cut at \(cut)")
    }
  }

  @Test func `two runs can't write one journal`() throws {
    let path = folder + "/a.0.journal"
    try write(path, slots: 0..<2, isOver: false)
    let kept = Journal.recover(path, first: 0)
    let journal = try Journal(path, kept: kept)
    #expect(throws: MediaError.self) { _ = try Journal(path, kept: kept) }
    journal.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `a manifest holds as long as its outputs are as they were`() throws {
    let output = folder + "/news of today.bif"
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: output))
    let end = PreviewEnd(.partial, reason: "2 slots could not be decoded", framesSent: 4)
    let made = Manifest(recording: "/a.ts", published: [output], end: end, times: (5, 9_000_000))
    let read = try #require(Manifest(made.bytes))
    #expect(read == made && read.holds && read.times?.last == 9_000_000)
    try Data([1, 2]).write(to: URL(fileURLWithPath: output))
    #expect(!read.holds)
    #expect(Manifest([1, 2, 3]) == nil)
  }

  @Test func `a recording keeps its key under another name, and loses it with its content`() throws
  {
    var bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let one = folder + "/one.ts"
    try bytes.write(to: URL(fileURLWithPath: one))
    let key = try key(of: one)
    try FileManager.default.copyItem(atPath: one, toPath: folder + "/two.ts")
    #expect(try self.key(of: folder + "/two.ts") == key)
    bytes[299_999] ^= 1
    try bytes.write(to: URL(fileURLWithPath: one))
    #expect(try self.key(of: one) != key)
    try bytes.dropLast().write(to: URL(fileURLWithPath: one))
    #expect(try self.key(of: one) != key)
  }

  private func key(of path: String) throws -> ContentKey {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    return try ContentKey(descriptor: file.fileDescriptor, name: path)
  }
}
