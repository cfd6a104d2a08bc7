// SPDX-License-Identifier: Apache-2.0
import Axon

/// Sends what it was given, then ends.
final class TestSource<Message: Sendable>: Component, Source {
  let outbox = Outbox<Message>()
  private let messages: [Message]
  init(_ messages: [Message]) { self.messages = messages }
  override func main() async throws {
    for message in messages { guard await outbox.send(message) else { return } }
  }
}

/// Keeps what comes, with its time, and gives all of it away at the end.
final class TestSink<Message: Sendable>: Component, Sink {
  struct Arrival: Sendable {
    let time: Duration
    let message: Message
  }
  let inbox = Inbox<Message>()
  let kept = Outbox<[Arrival]>()
  override var stopsWhenUnheard: Bool { false }
  override func main() async throws {
    let start = now
    var arrivals: [Arrival] = []
    while let message = await inbox.next() {
      arrivals.append(Arrival(time: now - start, message: message))
    }
    await kept.send(arrivals)
  }
}

/// What a run brought: what came out, and the first error that ended a component.
struct RunResult<Message: Sendable> {
  var arrivals: [TestSink<Message>.Arrival] = []
  var error: (any Error)?
  var messages: [Message] { arrivals.map(\.message) }
}

/// Runs a row of components whose last one sends `Output`, to its end.
func run<Input, Output: Sendable>(
  _ row: sending Pipeline<Input, Output>, time: TimeSource = .monotonic
) throws -> RunResult<Output> {
  let scheduler = Scheduler(time: time, onFault: { _ in })
  let sink = TestSink<Output>()
  let kept = Inbox<[TestSink<Output>.Arrival]>()
  try link(row.outbox, to: sink.inbox)
  try link(sink.kept, to: kept)
  scheduler.activate(sink)
  let handle = scheduler.activate(row)
  let left = scheduler.run()
  var result = RunResult<Output>()
  result.arrivals = kept.take() ?? []
  if case .failed(let failure) = handle.outcome { result.error = failure.error }
  if !left.isEmpty { result.error = Left(names: left.map(\.name)) }
  return result
}

/// Components that never ended.
struct Left: Error { let names: [String] }
