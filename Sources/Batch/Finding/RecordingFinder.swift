// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Media
internal import Outputs

/// A recording that a run is to make pictures of.
public struct FoundRecording: Equatable, Sendable {
  /// As it is opened.
  public let path: String
  /// Where it lies below the folder that was named, "series/one"; "" right in it, or for a file.
  public let folder: String
  /// Bytes, when it was found.
  public let byteCount: Int64

  /// Names a recording.
  public init(path: String, folder: String = "", byteCount: Int64 = 0) {
    self.path = path
    self.folder = folder
    self.byteCount = byteCount
  }

  /// The file's own name.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The name without its ending.
  public var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

/// Finds the recordings that a command line names: files, and what folders hold.
public struct RecordingFinder {
  /// Recordings in the order of the command line, those of a folder by name; each file once.
  public private(set) var recordings: [FoundRecording] = []
  /// Paths that lead nowhere, with the reason.
  public private(set) var problems: [MediaError] = []

  private struct File: Hashable {
    let device: UInt
    let inode: UInt
  }

  private let goesDown: Bool
  private var seen: Set<File> = []
  private static let depthLimit = 64

  /// Nothing found yet.
  ///
  /// - Parameter goesDown: Folders within folders are looked through too.
  public init(goesDown: Bool) { self.goesDown = goesDown }

  /// Adds a file, whatever its name, or the recordings of a folder, told by their names' endings.
  public mutating func add(_ path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else {
      problems.append(Paths.systemError("open", path))
      return
    }
    if facts.st_mode & S_IFMT == S_IFDIR {
      addFolder(path, below: "", depth: 0)
    } else if isNew(facts) {
      recordings.append(FoundRecording(path: path, byteCount: Int64(facts.st_size)))
    }
  }

  private mutating func isNew(_ facts: stat) -> Bool {
    seen.insert(File(device: UInt(facts.st_dev), inode: UInt(facts.st_ino))).inserted
  }

  private mutating func addFolder(_ path: String, below folder: String, depth: Int) {
    guard let names = Paths.names(in: path) else {
      problems.append(Paths.systemError("read the folder", path))
      return
    }
    // Drafts, and what its owner hides.
    for name in names.sorted() where !name.hasPrefix(".") {
      let inner = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      var facts = stat()
      guard unsafe stat(inner, &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        // A link may lead back up: every folder is read once.
        guard goesDown, depth < Self.depthLimit, isNew(facts) else { continue }
        addFolder(inner, below: folder.isEmpty ? name : "\(folder)/\(name)", depth: depth + 1)
      } else if facts.st_mode & S_IFMT == S_IFREG, RecordingKind(nameOf: name) != nil,
        isNew(facts)
      {
        recordings.append(
          FoundRecording(path: inner, folder: folder, byteCount: Int64(facts.st_size)))
      }
    }
  }

  /// The paths of a list as `find -print0` writes it.
  public static func paths(inList bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
