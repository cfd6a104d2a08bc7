// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Glibc

/// The ways to write a component: a table over these says that the behaviour is the same.
enum Form: CaseIterable {
  case async, callback, threaded
}

/// The forms that live on a scheduler's own thread.
let homely: [Form] = [.async, .callback]

protocol NumberSource: Source where Output == Int {}

protocol NumberSink: Sink where Input == Int {}

protocol NumberRelay: NumberSource, NumberSink {}

/// A component that sends the numbers and ends.
func testSource(_ form: Form, _ numbers: Range<Int>) -> sending any NumberSource {
  switch form {
  case .async: AsyncSource(numbers)
  case .callback: CallbackSource(numbers)
  case .threaded: ThreadedSource(numbers)
  }
}

/// A component that writes down what it receives, until all its producers have finished.
func testSink(_ form: Form, _ record: Record<Int>, capacity: Int = 32) -> sending any NumberSink {
  switch form {
  case .async: AsyncSink(record, capacity: capacity)
  case .callback: CallbackSink(record, capacity: capacity)
  case .threaded: ThreadedSink(record, capacity: capacity)
  }
}

/// A component that passes on what it receives.
func testRelay(_ form: Form, capacity: Int = 32) -> sending any NumberRelay {
  switch form {
  case .async: AsyncRelay(capacity: capacity)
  case .callback: CallbackRelay(capacity: capacity)
  case .threaded: ThreadedRelay(capacity: capacity)
  }
}

final class AsyncSource: Component, NumberSource {
  let outbox = Outbox<Int>()
  let numbers: Range<Int>
  init(_ numbers: Range<Int>) { self.numbers = numbers }
  override func main() async throws {
    for number in numbers where await !outbox.send(number) { return }
  }
}

final class CallbackSource: CallbackComponent, NumberSource {
  let outbox = Outbox<Int>()
  var numbers: Range<Int>
  init(_ numbers: Range<Int>) { self.numbers = numbers }
  override func mainBody() -> Turn {
    while let number = numbers.first {
      if outbox.isFull { return .pause }
      if outbox.post(number) == .unheard { return .finished }
      numbers = numbers.dropFirst()
    }
    return .finished
  }
}

final class ThreadedSource: ThreadedComponent, NumberSource {
  let outbox = Outbox<Int>()
  let numbers: Range<Int>
  init(_ numbers: Range<Int>) { self.numbers = numbers }
  override func threadMain() throws {
    for number in numbers where !outbox.blockingSend(number) { return }
  }
}

final class AsyncSink: Component, NumberSink {
  let inbox: Inbox<Int>
  let record: Record<Int>
  init(_ record: Record<Int>, capacity: Int = 32) {
    self.record = record
    inbox = Inbox(capacity: capacity)
  }
  override func main() async throws {
    while let number = await inbox.next() { record.add(number) }
  }
}

final class CallbackSink: CallbackComponent, NumberSink {
  let inbox: Inbox<Int>
  let record: Record<Int>
  init(_ record: Record<Int>, capacity: Int = 32) {
    self.record = record
    inbox = Inbox(capacity: capacity)
  }
  override func mainBody() -> Turn {
    while let number = inbox.take() { record.add(number) }
    return .pause
  }
}

final class ThreadedSink: ThreadedComponent, NumberSink {
  let inbox: Inbox<Int>
  let record: Record<Int>
  init(_ record: Record<Int>, capacity: Int = 32) {
    self.record = record
    inbox = Inbox(capacity: capacity)
  }
  override func threadMain() throws {
    while let number = inbox.blockingNext() { record.add(number) }
  }
}

final class AsyncRelay: Component, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  init(capacity: Int = 32) { inbox = Inbox(capacity: capacity) }
  override func main() async throws {
    while let number = await inbox.next() { await outbox.send(number) }
  }
}

final class CallbackRelay: CallbackComponent, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  init(capacity: Int = 32) { inbox = Inbox(capacity: capacity) }
  override func mainBody() -> Turn {
    while !outbox.isFull, let number = inbox.take() { outbox.post(number) }
    return .pause
  }
}

final class ThreadedRelay: ThreadedComponent, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  init(capacity: Int = 32) { inbox = Inbox(capacity: capacity) }
  override func threadMain() throws {
    while let number = inbox.blockingNext() { outbox.blockingSend(number) }
  }
}

/// A component written where it is used.
final class Body: Component, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  private let body: (Body) async throws -> Void

  init(
    capacity: Int = 32, whenFull: WhenFull = .wait, _ body: @escaping (Body) async throws -> Void
  ) {
    inbox = Inbox(capacity: capacity, whenFull: whenFull)
    self.body = body
  }

  override func main() async throws { try await body(self) }
}

/// The same in the callback form.
final class Turns: CallbackComponent, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  private let body: (Turns) throws -> Turn

  init(capacity: Int = 32, whenFull: WhenFull = .wait, _ body: @escaping (Turns) throws -> Turn) {
    inbox = Inbox(capacity: capacity, whenFull: whenFull)
    self.body = body
  }

  override func mainBody() throws -> Turn { try body(self) }
}

/// The same on a thread of its own.
final class Blocking: ThreadedComponent, NumberRelay {
  let inbox: Inbox<Int>
  let outbox = Outbox<Int>()
  private let body: (Blocking) throws -> Void

  init(capacity: Int = 32, _ body: @escaping (Blocking) throws -> Void) {
    inbox = Inbox(capacity: capacity)
    self.body = body
  }

  override func threadMain() throws { try body(self) }
}

struct Mishap: Error, Equatable {}

/// Runs each closure on a thread of its own and waits for all.
nonisolated func onThreads(_ bodies: [@Sendable () -> Void]) {
  final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let threads = bodies.map { body in
    var thread: pthread_t = 0
    let work = unsafe Unmanaged.passRetained(Work(body))
    _ = unsafe pthread_create(
      &thread, nil,
      { raw in
        if let raw = unsafe raw {
          unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
        }
        return nil
      }, work.toOpaque())
    return thread
  }
  for thread in threads { pthread_join(thread, nil) }
}

/// Runs each scheduler on a thread of its own; what they left asleep.
func runTogether(_ schedulers: Scheduler...) -> [Handle] {
  let left = Record<Handle>()
  onThreads(
    schedulers.map { scheduler in { @Sendable in scheduler.run().forEach { left.add($0) } } })
  return left.entries
}

/// Takes all that waits in a box that plain code owns.
func drain<Message>(_ inbox: Inbox<Message>) -> [Message] {
  var messages: [Message] = []
  while let message = inbox.take() { messages.append(message) }
  return messages
}
