// SPDX-License-Identifier: Apache-2.0
import Axon

/// Components that do nothing but pass a message on: what is measured is Axon itself.
enum Hops {
  final class AsyncSource: Component {
    let outbox = Outbox<Int>()
    private let count: Int
    init(_ count: Int) { self.count = count }
    override func main() async throws {
      for number in 0..<count { await outbox.send(number) }
    }
  }

  final class AsyncPass: Component {
    let inbox: Inbox<Int>
    let outbox = Outbox<Int>()
    init(capacity: Int) { inbox = Inbox(capacity: capacity) }
    override func main() async throws {
      while let number = await inbox.next() { await outbox.send(number) }
    }
  }

  final class AsyncSink: Component {
    let inbox: Inbox<Int>
    private var sum = 0
    init(capacity: Int) { inbox = Inbox(capacity: capacity) }
    override func main() async throws {
      while let number = await inbox.next() { sum &+= number }
    }
  }

  final class CallbackSource: CallbackComponent {
    let outbox = Outbox<Int>()
    private var left: Int
    init(_ count: Int) { left = count }
    override func mainBody() -> Turn {
      while !outbox.isFull {
        if left == 0 { return .finished }
        left -= 1
        outbox.post(left)
      }
      return .pause
    }
  }

  final class CallbackPass: CallbackComponent {
    let inbox: Inbox<Int>
    let outbox = Outbox<Int>()
    init(capacity: Int) { inbox = Inbox(capacity: capacity) }
    override func mainBody() -> Turn {
      while !outbox.isFull, let number = inbox.take() { outbox.post(number) }
      return .pause
    }
  }

  final class CallbackSink: CallbackComponent {
    let inbox: Inbox<Int>
    private var sum = 0
    init(capacity: Int) { inbox = Inbox(capacity: capacity) }
    override func mainBody() -> Turn {
      while let number = inbox.take() { sum &+= number }
      return .pause
    }
  }

  /// Passes a counter round until it reaches zero.
  final class AsyncRing: Component {
    let inbox = Inbox<Int>(capacity: 1)
    let outbox = Outbox<Int>()
    override func main() async throws {
      while let number = await inbox.next() {
        if number == 0 { return }
        await outbox.send(number - 1)
      }
    }
  }

  final class CallbackRing: CallbackComponent {
    let inbox = Inbox<Int>(capacity: 1)
    let outbox = Outbox<Int>()
    override func mainBody() -> Turn {
      if let number = inbox.take() {
        if number == 0 { return .finished }
        outbox.post(number - 1)
      }
      return .pause
    }
  }

  /// Nanoseconds a hop of `count` messages through a chain of `length` components.
  static func chain(length: Int, count: Int, capacity: Int, callback: Bool) throws -> Double {
    let scheduler = Scheduler()
    var last: Outbox<Int>
    if callback {
      let source = CallbackSource(count)
      last = source.outbox
      scheduler.activate(source)
    } else {
      let source = AsyncSource(count)
      last = source.outbox
      scheduler.activate(source)
    }
    for _ in 0..<length - 1 {
      if callback {
        let pass = CallbackPass(capacity: capacity)
        try link(last, to: pass.inbox)
        last = pass.outbox
        scheduler.activate(pass)
      } else {
        let pass = AsyncPass(capacity: capacity)
        try link(last, to: pass.inbox)
        last = pass.outbox
        scheduler.activate(pass)
      }
    }
    if callback {
      let sink = CallbackSink(capacity: capacity)
      try link(last, to: sink.inbox)
      scheduler.activate(sink)
    } else {
      let sink = AsyncSink(capacity: capacity)
      try link(last, to: sink.inbox)
      scheduler.activate(sink)
    }
    let start = cpuNanoseconds()
    _ = scheduler.run()
    return Double(cpuNanoseconds() - start) / Double(count * length)
  }

  /// Nanoseconds a hop of one message round a ring of `size` components.
  static func ring(size: Int, hops: Int, callback: Bool) throws -> Double {
    let scheduler = Scheduler()
    var first: Inbox<Int>?
    var last: Outbox<Int>?
    for _ in 0..<size {
      let (inbox, outbox): (Inbox<Int>, Outbox<Int>)
      if callback {
        let node = CallbackRing()
        (inbox, outbox) = (node.inbox, node.outbox)
        scheduler.activate(node)
      } else {
        let node = AsyncRing()
        (inbox, outbox) = (node.inbox, node.outbox)
        scheduler.activate(node)
      }
      if let last { try link(last, to: inbox) } else { first = inbox }
      last = outbox
    }
    let starter = Starter(hops)
    guard let first, let last else { return 0 }
    try link(last, to: first)
    try link(starter.outbox, to: first)
    scheduler.activate(starter)
    let start = cpuNanoseconds()
    _ = scheduler.run()
    return Double(cpuNanoseconds() - start) / Double(hops)
  }

  final class Starter: Component {
    let outbox = Outbox<Int>()
    private let hops: Int
    init(_ hops: Int) { self.hops = hops }
    override func main() async throws { await outbox.send(hops) }
  }
}
