// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Programs that read what was made, independent of ours.
enum Programs {
  static let python = find("python3")
  static let ffmpeg = find("ffmpeg")
  static let ffprobe = find("ffprobe")
  static let curl = find("curl")

  /// A Python that has webvtt-py and m3u8: that of `PREVIEW_CHECKERS_PYTHON`, or one in a virtual
  /// environment beside the tests, made where packages can be had.
  static let others: String? = {
    if let path = ProcessInfo.processInfo.environment["PREVIEW_CHECKERS_PYTHON"] { return path }
    guard let python else { return nil }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? "/tmp/none"
    let folder = (bundle as NSString).deletingLastPathComponent + "/checkers"
    let own = folder + "/bin/python"
    let install = ["-m", "pip", "install", "-q", "--retries", "0", "webvtt-py", "m3u8"]
    let probe = ["-c", "import webvtt, m3u8"]
    if (try? run(own, probe))?.code == 0 { return own }
    guard (try? run(python, ["-m", "venv", folder]))?.code == 0,
      (try? run(own, install))?.code == 0
    else { return nil }
    return own
  }()

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  static func run(_ path: String, _ arguments: [String]) throws -> (code: Int32, bytes: [UInt8]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    return (process.terminationStatus, bytes)
  }

  /// What a program prints, line by line; it must end well.
  static func lines(_ path: String?, _ arguments: [String]) throws -> [String] {
    let (code, bytes) = try run(try #require(path), arguments)
    let text = String(decoding: bytes, as: UTF8.self)
    guard code == 0 else { throw Failed(description: "\(arguments): exit code \(code): \(text)") }
    return text.split(separator: "\n").map(String.init)
  }

  /// What one of the checkers beside this prints, line by line; it complains by an exit code.
  static func check(
    _ checker: String, _ arguments: String..., by python: String? = Programs.python
  ) throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().path
    return try lines(python, ["\(folder)/Checkers/\(checker).py"] + arguments)
  }

  /// The luma of each pixel of a picture, as FFmpeg decodes it.
  static func luma(of path: String, frame: Int = 0) throws -> [UInt8] {
    let (code, bytes) = try run(
      try #require(ffmpeg),
      ["-v", "error", "-i", path, "-vf", "select=eq(n\\,\(frame)),format=yuvj420p,extractplanes=y"]
        + ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    guard code == 0 else { throw Failed(description: "ffmpeg \(path): exit code \(code)") }
    return bytes
  }
}
