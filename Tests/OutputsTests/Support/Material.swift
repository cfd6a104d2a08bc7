// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs

/// A folder that goes away with the object.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String = "somebody's") throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  /// All files below, hidden ones too, with their bytes.
  func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      let facts = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      let isFolder = facts[.type] as? FileAttributeType == .typeDirectory
      contents[name] = isFolder ? [] : try read(name)
    }
    return contents
  }

  /// Names of all files and folders below, hidden ones too.
  func names() throws -> [String] { try contents().keys.sorted() }
}

/// Pictures whose brightness tells their slot.
enum Material {
  /// The luma of a slot's picture: neighbours differ by at least 30.
  static func level(_ slot: Int) -> UInt8 { UInt8(20 + slot * 37 % 211) }

  /// A slot's picture: of one grey, with a darker edge below so that JPEGs differ in size.
  static func jpeg(_ slot: Int, width: Int = 32, height: Int = 18) throws -> [UInt8] {
    let picture = Picture(canvas: width, height: height) { canvas in
      canvas.fill(x: 0, y: 0, width: width, height: height, .init(level(slot)))
      canvas.fill(x: 0, y: height - 2, width: slot % width, height: 2, .init(0))
    }
    return try JPEGEncoder(quality: 95).encode(picture)
  }

  static func picture(
    _ slot: Int, interval: Duration = .seconds(10), width: Int = 32, height: Int = 18
  ) throws -> OutputPicture {
    let time = (interval * slot).wholeMicroseconds
    return OutputPicture(
      slot: slot, askedTime: time, time: time + 40_000, isKey: slot % 2 == 0,
      jpeg: try jpeg(slot, width: width, height: height))
  }

  static func recording(
    duration: Duration?, interval: Duration = .seconds(10), width: Int = 32, height: Int = 18,
    firstSlot: Int = 0, slots: Int? = nil
  ) -> OutputRecording {
    OutputRecording(
      name: "news.ts", byteCount: 989_123_456,
      facts: PreviewDescription(
        title: "shows/news.ts", duration: duration, container: "mpegts", videoCodec: "mpeg2video",
        sound: .init(codec: "mp2", rate: 48_000, channels: 2)),
      pictures: .init(
        width: width, height: height, interval: interval, mode: .auto, firstSlot: firstSlot,
        slots: slots))
  }
}

extension PictureOutput {
  /// Begins, adds the slots' pictures and finishes.
  func make(
    _ slots: some Sequence<Int>, of recording: OutputRecording, end: OutputEnd? = nil
  ) throws {
    try begin(recording)
    var served = 0
    for slot in slots {
      try add(
        try Material.picture(
          slot, interval: recording.interval, width: recording.pictures.width,
          height: recording.pictures.height))
      served += 1
    }
    try finish(end ?? OutputEnd(.complete, served: served))
  }
}
