// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Other programs that the tests compare with, and recordings that they read.
enum Programs {
  static let oggdec = find("oggdec")
  static let oggenc = find("oggenc")
  static let ffmpeg = find("ffmpeg")
  static let haveVorbisTools = oggdec != nil && oggenc != nil

  /// The folder of recordings, of the environment's PREVIEW_MEDIA_DIR.
  static let recordings = ProcessInfo.processInfo.environment["PREVIEW_MEDIA_DIR"]

  struct Failed: Error { let program: String, status: Int32 }

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
      "\($0)/\(name)"
    }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static func run(_ program: String?, _ arguments: [String]) throws {
    guard let program else { throw Failed(program: "not installed", status: -1) }
    var process: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var files = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&files)
    defer { unsafe posix_spawn_file_actions_destroy(&files) }
    for descriptor in Int32(0)...2 {
      unsafe posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0)
    }
    var status = unsafe posix_spawn(&process, program, &files, nil, words, environ)
    guard status == 0 else { throw Failed(program: program, status: status) }
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Failed(program: program, status: status) }
  }

  /// Runs the body with a folder that is removed afterwards.
  static func withFolder<Result>(_ body: (_ folder: String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  static func read(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
