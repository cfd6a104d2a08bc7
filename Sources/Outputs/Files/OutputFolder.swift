// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

/// A folder of files that appears as one, in place of an older one, or not at all.
///
/// An older folder changes places with the new one (`RENAME_EXCHANGE`) and is removed then; on a
/// file system without that, it is renamed away first. It is only replaced where every name in it
/// is one of an output like this: nobody else's files are ever removed.
final class OutputFolder {
  /// Where the folder is going to be, or is.
  let path: String
  private(set) var isPublished = false
  private let draft: String
  private let upper: String
  private let durability: Durability
  /// True for names of files that an older folder may hold.
  private let isOurs: (_ name: String) -> Bool
  private var lock: Int32 = -1

  /// Makes a draft beside the folder.
  ///
  /// - Parameters:
  ///   - path: Where the folder is going to be.
  ///   - upper: A folder above it that is made when it is published, and that the draft lies
  ///     beside; `nil`: the draft lies beside the folder itself.
  ///   - durability: What the published folder survives.
  ///   - isOurs: Says of a name whether a folder like this may hold it.
  /// - Throws: ``MediaError`` where the place can't be written to.
  init(
    _ path: String, below upper: String? = nil, durability: Durability,
    isOurs: @escaping (_ name: String) -> Bool
  ) throws(MediaError) {
    self.path = path
    self.upper = upper ?? ""
    self.durability = durability
    self.isOurs = isOurs
    draft = Drafts.path(for: upper ?? path)
    if unsafe mkdir(draft, 0o755) != 0 { throw Paths.systemError("write", path) }
    lock = unsafe open(draft, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    if lock >= 0 { Drafts.hold(lock) }
  }

  deinit {
    if !isPublished { _ = Paths.removeTree(draft) }
    if lock >= 0 { close(lock) }
  }

  /// Writes a file; in a published folder it appears as one, and replaces an older one.
  func write(_ bytes: [UInt8], as name: String) throws(MediaError) {
    if isPublished {
      let file = try OutputFile("\(path)/\(name)", durability: durability)
      try file.write(bytes)
      return try file.publish()
    }
    let subject = "\(path)/\(name)"
    let number = unsafe open("\(draft)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw Paths.systemError("write", subject) }
    defer { close(number) }
    try Writing.all(bytes, to: number, subject: subject)
    if durability == .powerCut, fsync(number) != 0 { throw Paths.systemError("write", subject) }
  }

  /// Gives the folder its name.
  func publish() throws(MediaError) {
    guard !isPublished else { return }
    if durability == .powerCut { try Paths.sync(folder: draft) }
    try checkOlder()
    let madeUpper = unsafe upper.isEmpty ? false : mkdir(upper, 0o755) == 0
    do throws(MediaError) {
      try takeName()
    } catch {
      if madeUpper { Paths.removeFolderIfEmpty(upper) }
      throw error
    }
    isPublished = true
    if durability == .powerCut { try Paths.sync(folder: Paths.split(path).folder) }
  }

  /// Moves the files into a folder that holds other things too, one by one.
  func publish(into folder: String) throws(MediaError) {
    for name in (Paths.names(in: draft) ?? []).sorted() {
      if unsafe rename("\(draft)/\(name)", "\(folder)/\(name)") != 0 {
        throw Paths.systemError("write", "\(folder)/\(name)")
      }
    }
    _ = Paths.removeTree(draft)
    isPublished = true
    if durability == .powerCut { try Paths.sync(folder: folder) }
  }

  /// Whether all that an older folder holds is ours; true where there is none.
  var mayReplace: Bool {
    guard let kind = Paths.kind(of: path) else { return true }
    guard kind == S_IFDIR, let names = Paths.names(in: path) else { return false }
    // What another output is being written into isn't ours to replace.
    let left = Set(Drafts.abandoned(in: path))
    return names.allSatisfy { isOurs($0) || left.contains("\(path)/\($0)") }
  }

  private func checkOlder() throws(MediaError) {
    guard !mayReplace else { return }
    let reason =
      Paths.isFolder(path)
      ? "the folder holds other files: move them away, or choose another folder"
      : "a file has that name: choose another folder"
    throw MediaError(operation: "replace", subject: path, reason: reason)
  }

  private func takeName() throws(MediaError) {
    if unsafe rename(draft, path) == 0 { return }
    // An empty older folder was replaced by that; one with files is not.
    guard errno == ENOTEMPTY || errno == EEXIST else { throw Paths.systemError("write", path) }
    if Paths.exchange(draft, path) {
      _ = Paths.removeTree(draft)
      return
    }
    let away = Drafts.path(for: path)
    guard unsafe rename(path, away) == 0 else { throw Paths.systemError("write", path) }
    guard unsafe rename(draft, path) == 0 else {
      let error = Paths.systemError("write", path)
      unsafe rename(away, path)
      throw error
    }
    _ = Paths.removeTree(away)
  }
}
