// SPDX-License-Identifier: Apache-2.0
import Axon
import Files
import Foundation
import Glibc
import Internet

/// A folder that is gone with the object.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = "/tmp/files-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A file that somebody writes.
final class Writer {
  private var descriptor: Int32

  init(_ path: String) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }

  deinit { end() }

  func write(_ count: Int) {
    _ = unsafe Glibc.write(descriptor, [UInt8](repeating: 65, count: count), count)
  }

  func cut(to size: Int) { ftruncate(descriptor, size) }

  func end() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}

/// Does things to files and hears what is said of them: the next thing is done only then.
final class Script<Event: Sendable>: Component {
  let events = Inbox<Event>(capacity: 256)
  let orders = Outbox<FileOrder>()
  private let steps: (Script) async throws -> Void

  init(_ steps: @escaping @Sendable (Script) async throws -> Void) { self.steps = steps }

  override func main() async throws { try await steps(self) }

  /// The next event that is of interest; others are passed over.
  func next(where isWanted: (Event) -> Bool = { _ in true }) async -> Event? {
    while let event = await events.next() {
      if isWanted(event) { return event }
    }
    return nil
  }

  func watch(_ number: Int, _ path: String) async {
    let file = WatchedFile(Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)))
    await orders.send(.watch(number, file))
  }
}
