// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder that goes away with the value.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and the folders it lies in.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8] = Array("recording".utf8)) throws -> String {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path + "/" + name, withDestinationPath: target)
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }
}

/// Programs of the system that make test material.
enum SystemProgram {
  static let oggenc = find("oggenc")

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

/// An Ogg Vorbis stream of so many seconds of noise, made by oggenc.
func oggVorbis(seconds: Double, rate: Int = 8000, serial: Int = 1) throws -> [UInt8] {
  let folder = try TestFolder()
  var state: UInt32 = 1
  let samples = (0..<Int(seconds * Double(rate)) * 2).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(truncatingIfNeeded: state >> 24)
  }
  try folder.write("in.raw", samples)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: SystemProgram.oggenc ?? "/nowhere/oggenc")
  process.arguments = [
    "-Q", "-r", "-R", "\(rate)", "-C", "1", "-B", "16", "-q", "2", "-s", "\(serial)", "-o",
    folder.path + "/out.ogg", folder.path + "/in.raw",
  ]
  try process.run()
  process.waitUntilExit()
  return try folder.read("out.ogg")
}
