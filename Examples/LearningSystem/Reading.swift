// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Reads a text, line by line; on a thread of its own, because disks block.
final class Lines: ThreadedComponent, Source {
  let outbox = Outbox<String>()
  private let path: String
  init(of path: String) { self.path = path }

  override func threadMain() throws {
    guard let file = unsafe fopen(path, "r") else { throw FileProblem("read", path, errno) }
    defer { unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 4096)
    while unsafe fgets(&buffer, Int32(buffer.count), file) != nil {
      let text = buffer.prefix { $0 != 0 && $0 != 10 && $0 != 13 }
      let line = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard outbox.blockingSend(line) else { return }
    }
  }
}

/// Says what each line of a play is: `PlayParser` as a component.
final class Parsing: Component, Source, Sink {
  let inbox = Inbox<String>()
  let outbox = Outbox<PlayLine>()
  private var parser = PlayParser()

  override func main() async throws {
    while let line = await inbox.next() {
      if let found = parser.read(line) { await outbox.send(found) }
    }
  }
}

/// Lets one message through each interval, so that people can follow.
final class Reciting<Message: Sendable>: Component, Source, Sink {
  let inbox = Inbox<Message>(capacity: 1)
  let outbox = Outbox<Message>()
  private let interval: Duration
  init(every interval: Duration) { self.interval = interval }

  override func main() async throws {
    while let message = await inbox.next(), await outbox.send(message) {
      if interval > .zero { try await sleep(for: interval) }
    }
  }
}

/// A file can't be used.
struct FileProblem: Error, CustomStringConvertible {
  let description: String
  init(_ operation: String, _ path: String, _ code: Int32) {
    description = "\(operation) \(path): \(unsafe String(cString: strerror(code)))"
  }
}
