// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet

/// The kernel's word on what happens to files, for one component, in the scheduler's own wait.
@safe final class Inotify {
  /// Something that happened.
  struct Event {
    /// The number that the watch was given.
    let watch: Int32
    let what: UInt32
    /// The entry of a folder; empty for the file or folder itself.
    let name: String

    func says(_ flag: Int) -> Bool { what & UInt32(flag) != 0 }
  }

  private let descriptor: Descriptor
  private let watched: Watched
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

  /// - Throws: ``WatchRefused`` when the system has no room for another one.
  init(for component: Component) throws(WatchRefused) {
    let number = clinux_watches_open()
    guard number >= 0 else { throw WatchRefused(code: -number) }
    let descriptor = Descriptor(number)
    do {
      watched = try Selector.of(component).watch(number, for: component)
    } catch {
      throw WatchRefused(reason: error.reason)
    }
    self.descriptor = descriptor
  }

  deinit {
    watched.end()
    unsafe buffer.deallocate()
  }

  /// Watches an open file; the number of the watch, the same for the same file, or minus the error.
  func watch(file descriptor: Int32) -> Int32 {
    unsafe clinux_watch_file(self.descriptor.number, "/proc/self/fd/\(descriptor)")
  }

  /// Watches a folder and its entries.
  func watch(folder path: String) -> Int32 {
    unsafe clinux_watch_folder(descriptor.number, path)
  }

  func end(_ watch: Int32) { clinux_watch_end(descriptor.number, watch) }

  /// What happened since the last time, as far as one turn allows; and whether there may be more.
  func read() -> (events: [Event], isMore: Bool) {
    guard watched.isReadable else { return ([], false) }
    let count = unsafe clinux_watches_read(
      descriptor.number, buffer.baseAddress, Int32(buffer.count))
    guard count > 0 else {
      watched.isReadable = false
      return ([], false)
    }
    var events: [Event] = []
    var place: Int32 = 0
    while place < count {
      var event = unsafe clinux_file_event()
      place = unsafe clinux_watches_next(buffer.baseAddress, place, &event)
      unsafe events.append(
        Event(watch: event.watch, what: event.what, name: String(cString: event.name)))
    }
    return (events, true)
  }
}

/// Why the system gives no watch.
struct WatchRefused: Error {
  let reason: String

  init(reason: String) { self.reason = reason }

  init(code: Int32) {
    let words = unsafe clinux_error_text(code).map { unsafe String(cString: $0) }
    reason =
      code == ENOSPC
      ? "no more watches: raise /proc/sys/fs/inotify/max_user_watches"
      : words ?? "error \(code)"
  }
}
