// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

/// A file that appears under its name once it is whole, and leaves nothing behind when it isn't.
final class OutputFile {
  let number: Int32
  private let path: String
  private let draft: String
  private var isPublished = false

  /// Opens a draft beside the file.
  ///
  /// - Throws: `MediaError` when the folder can't be written to.
  init(_ path: String) throws(MediaError) {
    self.path = path
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.last ?? ""
    draft = path.dropLast(name.count) + ".\(name).\(getpid()).part"
    number = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if number < 0 { throw Self.error("write", path) }
  }

  deinit {
    if number >= 0 { close(number) }
    if !isPublished { unsafe unlink(draft) }
  }

  /// Writes all the bytes.
  func write(_ bytes: [UInt8]) throws(MediaError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.write(number, raw.baseAddress?.advanced(by: written), raw.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.error("write", path)
      }
      written += count
    }
  }

  /// Gives the file its name, in place of one that was there.
  func publish() throws(MediaError) {
    if unsafe rename(draft, path) != 0 { throw Self.error("write", path) }
    isPublished = true
  }

  /// Makes a folder and those above it, where they are missing.
  static func makeFolder(_ path: String) throws(MediaError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if unsafe mkdir(made, 0o755) != 0, errno != EEXIST { throw error("make the folder", path) }
    }
    var facts = stat()
    guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
      throw MediaError(
        operation: "write into", subject: path,
        reason: "a file has that name: choose another folder")
    }
  }

  private static func error(_ operation: String, _ path: String) -> MediaError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    let advice = code == ENOSPC ? ": free some space, or choose another disk" : ""
    return MediaError(operation: operation, subject: path, reason: reason + advice)
  }
}
