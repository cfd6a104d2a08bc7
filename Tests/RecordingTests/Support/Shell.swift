// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Runs other programs: what makes clips and says what is true of them.
enum Shell {
  /// ffmpeg and ffprobe are installed.
  static let hasFFmpeg = unsafe system("command -v ffmpeg ffprobe >/dev/null 2>&1") == 0

  /// What a command prints, line by line.
  static func lines(_ command: String) -> [String] {
    guard let pipe = unsafe popen(command, "r") else { return [] }
    defer { unsafe pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Quotes a word for the shell.
  static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  /// The whole of a file.
  static func contents(of path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { return [] }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}

/// A file of the given bytes, gone with the object.
final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8], ending: String) {
    var template = Array("/tmp/recording-test-XXXXXX.\(ending)".utf8CString)
    let descriptor = unsafe mkstemps(&template, Int32(ending.utf8.count + 1))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes[start...].withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if count <= 0 { break }
      start += count
    }
    close(descriptor)
  }

  deinit { unsafe unlink(path) }
}
