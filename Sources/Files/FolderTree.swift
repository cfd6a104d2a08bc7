// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet

/// The files below some folders, as far as was looked, and what is to be said of them.
///
/// Plain code but for its looks at the disk: time is a parameter.
final class FolderTree {
  /// The kernel's word; without, everything is looked at again and again.
  var inotify: Inotify?

  let hearsKernel: Bool
  private let roots: [String]
  private let accepts: @Sendable (String) -> Bool
  private let settings: WatchSettings
  /// Files that may be growing.
  private var book: GrowthBook<String>
  /// Files that are finished, as they were then.
  private var finished: [String: FileFacts] = [:]
  /// Folders by the number of their watch.
  private var folders: [Int32: String] = [:]
  private var isSilent = false
  private var nextScan: Instant?
  private var hasComplained = false
  private var events: [FolderEvent] = []
  private var troubles: [WatchTrouble] = []
  private static let depthLimit = 32

  init(
    _ roots: [String], accepts: @escaping @Sendable (String) -> Bool, _ settings: WatchSettings
  ) {
    self.roots = roots
    self.accepts = accepts
    self.settings = settings
    book = GrowthBook(settings)
    hearsKernel = settings.hearsKernel
    isSilent = !hearsKernel
  }

  /// When there is something to be looked at next.
  var nextWake: Instant? {
    [nextScan, book.nextWake].compactMap { $0 }.min()
  }

  func takeEvents() -> [FolderEvent] {
    defer { events = [] }
    return events
  }

  func takeTroubles() -> [WatchTrouble] {
    defer { troubles = [] }
    return troubles
  }

  func complain(_ reason: String) {
    isSilent = true
    if hasComplained { return }
    hasComplained = true
    troubles.append(.noWatch(reason: reason))
  }

  // MARK: Scanning

  /// Looks at everything.
  func scan(now: Instant) {
    var seen: Set<String> = []
    for root in roots { scan(root, depth: 0, seen: &seen, now: now) }
    for path in Array(finished.keys) + book.keys where !seen.contains(path) { leave(path) }
    let interval = isSilent ? settings.pollInterval : settings.slowPollInterval
    nextScan = now + interval
  }

  private func scan(_ folder: String, depth: Int, seen: inout Set<String>, now: Instant) {
    // First the watch, then the look: what comes in between is seen twice, not never.
    watch(folder)
    guard let stream = unsafe opendir(folder) else {
      let code = errno
      if code != ENOENT {
        let reason = unsafe clinux_error_text(code).map { unsafe String(cString: $0) }
        troubles.append(.unreadable(folder: folder, reason: reason ?? "error \(code)"))
      }
      return
    }
    defer { unsafe closedir(stream) }
    if unsafe clinux_is_silent(dirfd(stream)) != 0 { isSilent = true }
    while let found = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &found.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name.hasPrefix(".") { continue }
      let path = folder + "/" + name
      guard let facts = FileFacts(path: path) else { continue }
      if facts.isFolder {
        if depth < Self.depthLimit { scan(path, depth: depth + 1, seen: &seen, now: now) }
      } else if facts.isPlain, accepts(name) {
        seen.insert(path)
        meet(path, facts, now: now)
      }
    }
  }

  private func watch(_ folder: String) {
    guard let inotify else { return }
    let watch = inotify.watch(folder: folder)
    if watch >= 0 {
      folders[watch] = folder
    } else if -watch != ENOENT, -watch != ENOTDIR {
      complain(WatchRefused(code: -watch).reason)
    }
  }

  // MARK: Files

  /// A file is there: new, or known.
  private func meet(_ path: String, _ facts: FileFacts, now: Instant) {
    if let known = finished[path] ?? book.facts(of: path), !known.isSameFile(as: facts) {
      leave(path)
    }
    if let known = finished[path] {
      if known.byteCount == facts.byteCount, known.modified == facts.modified { return }
      finished[path] = nil
      book.add(path, known, age: .zero, isSilent: isSilent, now: now)
      book.touch(path)
    } else if book.facts(of: path) != nil {
      book.touch(path)
    } else {
      events.append(FolderEvent(path: path, change: .appeared))
      book.add(path, facts, age: facts.age, isSilent: isSilent, now: now)
      if isClosed(path) { book.close(path) }
    }
  }

  /// A file isn't there any more.
  private func leave(_ path: String) {
    guard finished[path] != nil || book.facts(of: path) != nil else { return }
    finished[path] = nil
    book.remove(path)
    events.append(FolderEvent(path: path, change: .gone))
  }

  private func isClosed(_ path: String) -> Bool {
    let number = unsafe clinux_open(path)
    guard number >= 0 else { return false }
    let file = Descriptor(number)
    return Writing(file.number) == .closed
  }

  /// Looks at what is due.
  func look(now: Instant) {
    if let nextScan, now >= nextScan { scan(now: now) }
    for path in book.due(at: now) {
      for finding in book.look(path, FileFacts(path: path), now: now) {
        switch finding {
        case .grew(let byteCount): say(path, .grew(byteCount: byteCount))
        case .shrank(let byteCount): say(path, .grew(byteCount: byteCount))
        case .gone: leave(path)
        case .closed where !isClosed(path) && !isSilent: break
        case .closed, .quiet:
          guard let facts = book.facts(of: path) else { break }
          book.remove(path)
          finished[path] = facts
          say(path, .finished)
        }
      }
    }
  }

  private func say(_ path: String, _ change: FolderEvent.Change) {
    events.append(FolderEvent(path: path, change: change))
  }

  // MARK: Events

  /// Hears what the kernel has to tell; whether there may be more.
  func listen(now: Instant) -> Bool {
    guard let (news, isMore) = inotify?.read() else { return false }
    for event in news {
      if event.says(CLINUX_WATCH_OVERFLOW) {
        troubles.append(.overflow)
        nextScan = now
      }
      guard let folder = folders[event.watch] else { continue }
      if event.says(CLINUX_WATCH_ENDED) { folders[event.watch] = nil }
      if event.name.isEmpty {
        // The folder itself went or was moved: what is below is found again by looking.
        if event.says(CLINUX_FILE_MOVED) || event.says(CLINUX_FILE_DELETED) { nextScan = now }
      } else if !event.name.hasPrefix(".") {
        hear(event, of: folder + "/" + event.name, now: now)
      }
    }
    return isMore
  }

  private func hear(_ event: Inotify.Event, of path: String, now: Instant) {
    if event.says(CLINUX_IS_FOLDER) {
      var seen: Set<String> = []
      if event.says(CLINUX_ENTRY_CAME) { scan(path, depth: 1, seen: &seen, now: now) }
      if event.says(CLINUX_ENTRY_WENT) { leaveAll(below: path) }
    } else if accepts(event.name) {
      if event.says(CLINUX_ENTRY_WENT) { return leave(path) }
      guard let facts = FileFacts(path: path), facts.isPlain else { return }
      meet(path, facts, now: now)
      if event.says(CLINUX_FILE_CLOSED) { book.close(path) }
    }
  }

  private func leaveAll(below folder: String) {
    let prefix = folder + "/"
    for path in Array(finished.keys) + book.keys where path.hasPrefix(prefix) { leave(path) }
    for (watch, path) in folders where path == folder || path.hasPrefix(prefix) {
      folders[watch] = nil
      inotify?.end(watch)
    }
  }
}
