// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet

/// Gives back what it gets.
final class Echo: CallbackComponent, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  override func mainBody() -> Turn {
    while !outbox.isFull, let bytes = inbox.take() { outbox.post(bytes) }
    return .pause
  }
}

/// Sends a pattern, then ends at once; reads nothing.
final class Giver: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let count: Int
  private let piece: Int
  init(_ count: Int, by piece: Int = 50_000) {
    self.count = count
    self.piece = piece
  }
  override func main() async throws {
    for start in stride(from: 0, to: count, by: piece) {
      await outbox.send(pattern(start..<min(start + piece, count)))
    }
  }
}

/// Reads all, taking its time where asked, and then hands it on as one.
final class Taker: Component, Source, Sink {
  let inbox = Inbox<Bytes>(capacity: 1)
  let outbox = Outbox<Bytes>()
  private let turnsBetween: Int
  init(turnsBetween: Int = 0) { self.turnsBetween = turnsBetween }
  override func main() async throws {
    var all: Bytes = []
    while let bytes = await inbox.next() {
      all += bytes
      for _ in 0..<turnsBetween { await yield() }
    }
    await outbox.send(all)
  }
}

/// Waits for one message, then stops what else is there, so that the scheduler's `run` returns.
final class Last: Component {
  let inbox = Inbox<Bytes>()
  private let others: [Handle]
  private let result: Result
  init(_ result: Result, stopping others: [Handle]) {
    self.result = result
    self.others = others
  }
  override func main() async throws {
    result.set(await inbox.next())
    for other in others { other.stop() }
  }

  final class Result: Sendable {
    private let bytes = Guarded<Bytes?>(nil)
    func set(_ value: Bytes?) { bytes.withLock { $0 = value } }
    var value: Bytes? { bytes.withLock { $0 } }
  }
}

/// Answers each line with the line's length in bytes, so that cut and joined requests show.
final class Lines: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  override func main() async throws {
    var line: Bytes = []
    while let bytes = await inbox.next() {
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          line.append(byte)
          continue
        }
        await outbox.send(Bytes("\(line.count):\(String(decoding: line, as: UTF8.self))\n".utf8))
        line = []
      }
    }
  }
}

/// Bytes that differ at every place within 64 KiB and beyond.
func pattern(_ range: Range<Int>) -> Bytes {
  unsafe Bytes(unsafeUninitializedCapacity: range.count) { buffer, count in
    for place in range {
      unsafe buffer[place - range.lowerBound] =
        UInt8(truncatingIfNeeded: place ^ (place >> 8) &* 7 ^ (place >> 16) &* 13)
    }
    count = range.count
  }
}

/// Whether these are so many bytes of the pattern; a name of its own, because a failure would print
/// them all.
func isPattern(_ bytes: Bytes?, _ count: Int) -> Bool { bytes == pattern(0..<count) }

/// What ended by an error.
final class Faults: Sendable {
  private let list = Guarded<[String]>([])
  func add(_ failure: Failure) { list.withLock { $0.append("\(failure.error)") } }
  var all: [String] { list.withLock { $0 } }
}

/// Serves on a thread of its own while `body` runs.
@discardableResult
func serving<P: Source & Sink, R>(
  host: String = "127.0.0.1", limit: Int = 100_000, patience: Duration = .seconds(15),
  faults: Faults = Faults(), protocol make: @escaping @Sendable (SocketAddress) -> sending P,
  _ body: (SocketAddress) throws -> R
) throws -> R where P.Input == Bytes, P.Output == Bytes {
  let scheduler = Scheduler(onFault: faults.add)
  let server = try SimpleServer(
    host: host, port: 0, limit: limit, patience: patience, protocol: make)
  let address = server.address
  scheduler.activate(server)
  scheduler.start()
  defer { scheduler.stop() }
  return try body(address)
}
