// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A recording in the making: a finished one, written slice by slice by a process of its own.
final class GrowingRecording {
  /// 30 s of MPEG-2 in a transport stream with sound, made once.
  static let whole: [UInt8]? = try? make()
  static let name = "live.ts"

  let folder: Scratch
  private let bytes: [UInt8]
  private var written = 0
  private let writer: RunningProgram

  /// A file that has the first `share` of its bytes.
  init(share: Double) throws {
    guard let whole = Self.whole else { throw Program.Failed(what: "ffmpeg made no recording") }
    bytes = whole
    folder = try Scratch()
    writer = try Program(installed: "sh").start(
      ["-c", "exec cat >> '\(folder.path)/\(Self.name)'"], deadline: .seconds(120))
    try grow(to: share)
  }

  var path: String { folder.path + "/" + Self.name }
  var isWhole: Bool { written == bytes.count }

  /// Waits until the file has this share of its bytes.
  func grow(to share: Double) throws {
    let end = min(bytes.count, Int(Double(bytes.count) * share))
    guard end > written else { return }
    writer.give(Array(bytes[written..<end]))
    written = end
    try writer.untilFed()
    let isThere = eventually { size >= end }
    guard isThere else {
      throw Program.Failed(what: "\(size) of \(end) bytes were written")
    }
  }

  private var size: Int {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    return (facts?[.size] as? NSNumber)?.intValue ?? 0
  }

  /// Closes the file.
  func finish() throws {
    writer.endInput()
    _ = try writer.wait()
  }

  func killWriter() { writer.signal(SIGKILL) }

  private static func make() throws -> [UInt8] {
    let scratch = try Scratch()
    let made = try Program.ffmpeg.run([
      "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi",
      "-i", "sine=440", "-t", "30", "-c:v", "mpeg2video", "-b:v", "900k", "-g", "12", "-bf", "2",
      "-c:a", "mp2", "-f", "mpegts", scratch.path + "/whole.ts",
    ])
    guard made.exitCode == 0 else { throw Program.Failed(what: "ffmpeg: \(made.errors)") }
    return try scratch.read("whole.ts")
  }
}
