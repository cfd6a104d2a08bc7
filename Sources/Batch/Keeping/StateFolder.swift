// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Outputs

/// Where a run keeps what outlives it: nothing of this is needed once the outputs are whole.
///
/// | name | what |
/// |---|---|
/// | `ID.SLOT.journal` | pictures decoded for outputs that aren't whole yet, from a slot on |
/// | `ID.done` | what outputs were made, of what, with what verdict |
/// | `KEY.keys` | where the key pictures of a recording lie |
///
/// `ID` stands for one recording with one choice of pictures, outputs and place; `KEY` for the
/// recording's content.
public struct StateFolder: Sendable {
  /// The folder's path.
  public let path: String

  /// Uses a folder, which is made when something is kept.
  public init(path: String) { self.path = path }

  /// `$PREVIEWD_CACHE`, else `previewd` in the user's cache folder (XDG base directories).
  ///
  /// - Parameter variable: Gives the value of an environment variable.
  /// - Returns: The folder, which may not be there yet.
  public static func usual(_ variable: (String) -> String?) -> StateFolder {
    if let path = variable("PREVIEWD_CACHE"), !path.isEmpty { return StateFolder(path: path) }
    if let cache = variable("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      return StateFolder(path: cache + "/previewd")
    }
    return StateFolder(path: (variable("HOME") ?? "/tmp") + "/.cache/previewd")
  }

  func journal(_ id: String, first: Int) -> String { "\(path)/\(id).\(first).journal" }
  func manifest(_ id: String) -> String { "\(path)/\(id).done" }
  func keyMap(_ key: ContentKey) -> String { "\(path)/\(key).keys" }

  /// First slots of the journals kept for a recording.
  func journals(_ id: String) -> [Int] {
    names.compactMap { name in
      let parts = name.split(separator: ".")
      guard parts.count == 3, parts[0] == id, parts[2] == "journal" else { return nil }
      return Int(parts[1])
    }.sorted()
  }

  /// Names of all that is kept.
  var names: [String] { Paths.names(in: path) ?? [] }

  /// The bytes of a small file; `nil` where there is none that can be read.
  func read(_ path: String, limit: Int = 64 << 20) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0, facts.st_size <= limit else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    guard count == bytes.count else { return nil }
    return bytes
  }

  func remove(_ path: String) { unsafe unlink(path) }
}
