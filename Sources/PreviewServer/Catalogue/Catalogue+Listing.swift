// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Files
internal import Glibc
internal import Internet
internal import Media

extension Catalogue {
  /// Recordings in a folder and below, by title; all of them for `nil`.
  ///
  /// Reads folders, so it blocks.
  ///
  /// - Throws: ``PreviewFailure`` `not-found` when no root has such a folder.
  func list(below folder: String?) throws(PreviewFailure) -> [Listing.Entry] {
    var entries: [String: Listing.Entry] = [:]
    var wasFound = folder == nil
    for root in roots {
      if let file = root.file {
        if folder == nil, entries[file] == nil { entries[file] = entry(file, of: root) }
        continue
      }
      let number = unsafe clinux_open_beneath(root.folder, folder ?? ".")
      guard number >= 0 else { continue }
      let prefix = folder.map { $0 + "/" } ?? ""
      if read(Descriptor(number), prefix: prefix, depth: 0, into: &entries) { wasFound = true }
    }
    guard wasFound else {
      throw PreviewFailure(.notFound, reason: "no folder has the title \"\(folder ?? "")\"")
    }
    return entries.values.sorted { $0.title < $1.title }
  }

  /// Reads one folder and those below; false when it is none.
  private func read(
    _ folder: consuming Descriptor, prefix: String, depth: Int,
    into entries: inout [String: Listing.Entry]
  ) -> Bool {
    let number = folder.release()
    guard let stream = unsafe fdopendir(number) else {
      clinux_close(number)
      return false
    }
    defer { unsafe closedir(stream) }
    while let found = unsafe readdir(stream), entries.count < 100_000 {
      let name = unsafe withUnsafePointer(to: &found.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      let title = prefix + name
      guard !name.hasPrefix("."), Title.isValid(title) else { continue }
      if let entry = entry(name, in: number, title: title) {
        if entries[title] == nil { entries[title] = entry }
      } else if depth < 32, Self.isFolder(name, in: number) {
        let inner = unsafe clinux_open_beneath(number, name)
        if inner >= 0 {
          _ = read(Descriptor(inner), prefix: title + "/", depth: depth + 1, into: &entries)
        }
      }
    }
    return true
  }

  private static func isFolder(_ name: String, in folder: Int32) -> Bool {
    var facts = clinux_file_facts()
    return unsafe clinux_facts_at(folder, name, &facts) == 0 && facts.is_folder != 0
  }

  /// A file that the server's owner named, as the list shows it; `nil` while it is gone.
  private func entry(_ name: String, of root: Root) -> Listing.Entry? {
    let number = root.open(name)
    guard number >= 0 else { return nil }
    let file = Descriptor(number)
    var facts = clinux_file_facts()
    guard unsafe clinux_facts(file.number, &facts) == 0, facts.is_regular != 0 else { return nil }
    return Listing.Entry(
      title: name, byteCount: Int(facts.byte_count), kind: Self.kind(of: name) ?? .video,
      isGrowing: Writing.isGrowing(file.number, quietTime: quietTime))
  }

  /// A file as the list shows it, if it looks like a recording.
  private func entry(_ name: String, in folder: Int32, title: String) -> Listing.Entry? {
    guard let kind = Self.kind(of: name) else { return nil }
    var facts = clinux_file_facts()
    guard unsafe clinux_facts_at(folder, name, &facts) == 0, facts.is_regular != 0 else {
      return nil
    }
    return Listing.Entry(
      title: title, byteCount: Int(facts.byte_count), kind: kind,
      isGrowing: isGrowing(name, in: folder, facts))
  }

  /// Only what was written to lately is opened to ask.
  private func isGrowing(
    _ name: String, in folder: Int32, _ facts: clinux_file_facts
  ) -> Bool {
    guard FileFacts.age(modified: facts.modified) < quietTime else { return false }
    let number = unsafe clinux_open_beneath(folder, name)
    guard number >= 0 else { return false }
    let file = Descriptor(number)
    return Writing.isGrowing(file.number, quietTime: quietTime)
  }

  private static func kind(of name: String) -> Listing.Entry.Kind? {
    switch RecordingKind(nameOf: name) {
    case .sound: .sound
    case .film: .video
    case nil: nil
    }
  }
}

/// Reads the list on a thread of its own: folders may lie on a slow disk or a network.
final class Lister: ThreadedComponent {
  typealias Answer = Result<[Listing.Entry], PreviewFailure>
  let outbox = Outbox<Answer>()
  private let catalogue: Catalogue
  private let folder: String?

  init(_ catalogue: Catalogue, folder: String?) {
    self.catalogue = catalogue
    self.folder = folder
  }

  override func threadMain() {
    let (catalogue, folder) = (catalogue, folder)
    outbox.blockingSend(
      Result { () throws(PreviewFailure) in try catalogue.list(below: folder) })
  }
}
