// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
package import Media

/// Paths and folders, as the outputs use them.
package enum Paths {
  /// The folder of a path with its slash, empty for the current one, and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    var bytes = path[...]
    while bytes.count > 1, bytes.hasSuffix("/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: "/") else { return ("", String(bytes)) }
    let start = bytes.index(after: slash)
    return (String(bytes[..<start]), String(bytes[start...]))
  }

  /// A file's name without folders and without its last ending: "news" of "/srv/news.ts".
  static func stem(of path: String) -> String {
    let name = split(path).name
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Names in a folder but `.` and `..`; `nil` where it can't be read.
  package static func names(in folder: String) -> [String]? {
    guard let stream = unsafe opendir(folder.isEmpty ? "." : folder) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let found = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &found.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// What lies at a path, links not followed; `nil` where nothing does.
  static func kind(of path: String) -> mode_t? {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0 ? facts.st_mode & S_IFMT : nil
  }

  static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  /// Removes a file, or a folder with all in it; links are removed, not followed.
  static func removeTree(_ path: String) -> Bool {
    guard isFolder(path) else { return unsafe unlink(path) == 0 }
    for name in names(in: path) ?? [] { _ = removeTree(path + "/" + name) }
    return unsafe rmdir(path) == 0
  }

  /// Removes a folder that holds nothing.
  static func removeFolderIfEmpty(_ path: String) { _ = unsafe rmdir(path) }

  /// Makes a folder and those above it, where they are missing.
  static func makeFolder(_ path: String) throws(MediaError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if unsafe mkdir(made, 0o755) != 0, errno != EEXIST {
        throw systemError("make the folder", path)
      }
    }
    var facts = stat()
    guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
      throw MediaError(
        operation: "write into", subject: path,
        reason: "a file has that name: choose another folder")
    }
  }

  /// Makes the entries of a folder last through a power cut.
  static func sync(folder: String) throws(MediaError) {
    let descriptor = unsafe open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { throw systemError("sync", folder) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw systemError("sync", folder) }
  }

  /// Lets two paths change places, at once for whoever looks; false where that isn't possible.
  static func exchange(_ one: String, _ other: String) -> Bool {
    unsafe clinux_exchange(one, other) == 0
  }

  /// The failure of the last system call of this thread.
  package static func systemError(_ operation: String, _ path: String) -> MediaError {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    let advice = code == ENOSPC || code == EDQUOT ? ": free some space, or choose another disk" : ""
    return MediaError(operation: operation, subject: path, reason: reason + advice)
  }
}
