// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Media
internal import Outputs

/// Finds what earlier runs left behind and nobody needs any more.
public struct Sweep {
  /// A file or folder that may go.
  public struct Found: Equatable, Sendable {
    /// Where it is.
    public let path: String
    /// Why it may go.
    public let reason: String
    /// Its bytes; 0 for a folder.
    public let byteCount: Int64
  }

  private let state: StateFolder
  /// Seconds since 1970.
  private let time: Int

  /// A sweep at a time.
  ///
  /// - Parameters:
  ///   - state: Where runs keep what outlives them.
  ///   - time: Seconds since 1970.
  public init(state: StateFolder, time: Int) {
    self.state = state
    self.time = time
  }

  /// Looks at what runs keep.
  ///
  /// - Parameters:
  ///   - age: Pictures of unfinished outputs, and key maps, are kept for so long after their last
  ///     use.
  ///   - orphans: Outputs of recordings that are gone may go too.
  /// - Returns: What may go, by path.
  public func kept(age: Duration, orphans: Bool) -> [Found] {
    var found: [Found] = []
    for name in state.names.sorted() {
      let path = state.path + "/" + name
      if name.hasSuffix(".done") {
        found += outdated(path, orphans: orphans)
      } else if name.hasSuffix(".journal") || name.hasSuffix(".keys") {
        guard let facts = Self.facts(path), !Drafts.isLocked(path) else { continue }
        let used = max(facts.st_mtim.tv_sec, facts.st_atim.tv_sec)
        if Duration.seconds(time - used) > age {
          found.append(Found(path: path, reason: "not used of late", byteCount: facts.byteCount))
        }
      }
    }
    return found + drafts(in: state.path, goesDown: false)
  }

  /// Drafts in a folder whose makers are gone.
  public func drafts(in folder: String, goesDown: Bool) -> [Found] {
    var found = Drafts.abandoned(in: folder).map {
      Found(
        path: $0, reason: "half-written, its run is gone", byteCount: Self.facts($0)?.byteCount ?? 0
      )
    }
    guard goesDown else { return found }
    for inner in StateFolder(path: folder).names.sorted() where !inner.hasPrefix(".") {
      let path = folder + "/" + inner
      var facts = stat()
      guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { continue }
      found += drafts(in: path, goesDown: true)
    }
    return found
  }

  /// Removes what was found.
  ///
  /// - Returns: False where it is in use again, or can't be removed.
  public static func remove(_ found: Found) -> Bool {
    if Drafts.remove(found.path) { return true }
    guard facts(found.path) != nil, !Drafts.isLocked(found.path) else { return false }
    return Drafts.removeTree(found.path)
  }

  /// What a manifest says was made: the manifest, and the outputs where they may go.
  private func outdated(_ path: String, orphans: Bool) -> [Found] {
    guard let bytes = state.read(path), let manifest = Manifest(bytes) else {
      return [Found(path: path, reason: "can't be read", byteCount: 0)]
    }
    if Self.facts(manifest.recording) == nil {
      let outputs = manifest.outputs.filter { orphans && Self.facts($0.path) != nil }
      let reason = "\(manifest.recording) is gone"
      return outputs.map {
        Found(path: $0.path, reason: reason, byteCount: Self.facts($0.path)?.byteCount ?? 0)
      } + [Found(path: path, reason: reason, byteCount: Int64(bytes.count))]
    }
    guard !manifest.holds else { return [] }
    return [
      Found(
        path: path, reason: "its outputs are gone or were changed", byteCount: Int64(bytes.count))
    ]
  }

  private static func facts(_ path: String) -> stat? {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0 ? facts : nil
  }
}

extension stat {
  fileprivate var byteCount: Int64 { st_mode & S_IFMT == S_IFREG ? Int64(st_size) : 0 }
}
