// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Files
internal import Glibc
public import Internet
public import Media

/// The recordings on offer: files, and all that lies below folders.
///
/// Nothing else is ever opened.
public final class Catalogue: Sendable {
  /// An open recording, and what tells it from every other one, and from itself after a change.
  public struct Found: ~Copyable {
    /// Open for reading.
    public let descriptor: Descriptor
    /// Changes when the file does.
    public let identity: Identity
    /// It is still being recorded.
    public let isGrowing: Bool
  }

  /// What a recording was when it was opened.
  public struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int64
    let modified: Int64

    /// The same for as long as the recording grows.
    var whileGrowing: Identity {
      Identity(device: device, inode: inode, byteCount: -1, modified: 0)
    }
  }

  /// A folder, or one file with its name.
  struct Root: Sendable {
    let path: String
    /// The one title there is, for a file.
    let file: String?
    /// Open; -1 for a file.
    let folder: Int32

    /// Opens a title; minus the error number where that can't be.
    ///
    /// A file that the owner named is opened as it was named, be it a link to somewhere else.
    func open(_ title: String) -> Int32 {
      if file != nil { return unsafe clinux_open(path) }
      return unsafe clinux_open_beneath(folder, title)
    }
  }

  let roots: [Root]
  /// A recording that hasn't grown for so long is finished.
  let quietTime: Duration

  /// Opens the folders and files that are to be offered.
  ///
  /// - Parameters:
  ///   - paths: of files and folders.
  ///   - quietTime: a recording that hasn't grown for so long is finished.
  /// - Throws: ``MediaError`` for a path that can't be opened or is neither.
  public init(paths: [String], quietTime: Duration = .seconds(30)) throws(MediaError) {
    self.quietTime = quietTime
    var roots: [Root] = []
    for path in paths { roots.append(try Self.open(path)) }
    self.roots = roots
  }

  deinit { for root in roots where root.folder >= 0 { clinux_close(root.folder) } }

  private static func open(_ path: String) throws(MediaError) -> Root {
    let number = unsafe clinux_open(path)
    guard number >= 0 else { throw MediaError(path, code: -number) }
    var facts = clinux_file_facts()
    let result = unsafe clinux_facts(number, &facts)
    if result == 0, facts.is_folder != 0 { return Root(path: path, file: nil, folder: number) }
    clinux_close(number)
    if result < 0 { throw MediaError(path, code: -result) }
    guard facts.is_regular != 0 else {
      throw MediaError(operation: "serve", subject: path, reason: "neither a file nor a folder")
    }
    let name = String(path.split(separator: "/").last ?? "")
    guard Title.isValid(name) else {
      throw MediaError(operation: "serve", subject: path, reason: "its name can't be a title")
    }
    return Root(path: path, file: name, folder: -1)
  }

  /// Opens the recording with this title.
  ///
  /// - Throws: ``PreviewFailure`` `not-found`, or `unreadable` when it is there.
  public func open(_ title: String) throws(PreviewFailure) -> Found {
    var problem = ENOENT
    for root in roots where root.file == nil || root.file == title {
      let number = root.open(title)
      guard number >= 0 else {
        // Out of the folder, through a file, a circle of links: nothing of that name is on offer.
        if ![ENOENT, EXDEV, ENOTDIR, ELOOP].contains(-number) { problem = -number }
        continue
      }
      let descriptor = Descriptor(number)
      var facts = clinux_file_facts()
      guard unsafe clinux_facts(number, &facts) == 0, facts.is_regular != 0 else { continue }
      let identity = Identity(
        device: facts.device, inode: facts.inode, byteCount: facts.byte_count,
        modified: facts.modified)
      let isGrowing = Writing.isGrowing(number, quietTime: quietTime)
      return Found(
        descriptor: descriptor, identity: isGrowing ? identity.whileGrowing : identity,
        isGrowing: isGrowing)
    }
    if problem == ENOENT {
      throw PreviewFailure(
        .notFound, reason: "no recording has the title \"\(title)\"",
        advice: "ask for the list to see what there is")
    }
    throw PreviewFailure(.unreadable, reason: MediaError(title, code: problem).description)
  }
}

extension MediaError {
  /// A path that the system wouldn't open.
  init(_ path: String, code: Int32) {
    let reason =
      unsafe clinux_error_text(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    self.init(operation: "open", subject: path, reason: reason)
  }
}
