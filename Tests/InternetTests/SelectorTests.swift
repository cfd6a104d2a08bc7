// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Glibc
import Internet
import Testing

/// Says its name each time it is woken for a readable descriptor, until it is told to look away.
private final class Watcher: Component {
  let inbox = Inbox<Bool>(staysOpen: true)
  let outbox = Outbox<String>()
  private let name: String
  private let descriptor: Int32
  init(_ name: String, _ descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }
  override func main() async throws {
    let watched = try Selector.of(self).watch(descriptor, for: self)
    var byte: UInt8 = 0
    while !isStopping {
      if inbox.take() != nil { watched.end() }
      while watched.isReadable {
        if unsafe clinux_receive(descriptor, &byte, 1) > 0 {
          await outbox.send(name)
        } else {
          watched.isReadable = false
        }
      }
      await pause()
    }
    watched.end()
  }
}

/// Writes to descriptors in turn, and waits after each write until it was heard of.
private final class Script: Component {
  let heard = Inbox<String>()
  let lookAway = Outbox<Bool>()
  let outbox = Outbox<[String]>()
  private let one: Int32
  private let other: Int32
  init(_ one: Int32, _ other: Int32) {
    self.one = one
    self.other = other
  }
  override func main() async throws {
    var log: [String] = []
    for descriptor in [one, other, other, one] {
      poke(descriptor)
      log.append(await heard.next() ?? "nobody")
    }
    await lookAway.send(true)
    // The second is heard of, and by then the first would have been, too.
    poke(one)
    for _ in 0..<3 {
      poke(other)
      log.append(await heard.next() ?? "nobody")
    }
    await outbox.send(log)
  }
  private func poke(_ descriptor: Int32) {
    _ = unsafe clinux_send(descriptor, [1 as UInt8], 1)
  }
}

/// Two joined sockets, closed at the end.
private struct Pair: ~Copyable {
  let near: Descriptor
  let far: Descriptor
  init() {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    unsafe clinux_socket_pair(&ours, &theirs)
    near = Descriptor(ours)
    far = Descriptor(theirs)
  }
}

@Suite struct `Case 44, the selector` {
  @Test func `44: activity notifies exactly who asked, and removed means not notified`() throws {
    let one = Pair()
    let other = Pair()
    let scheduler = Scheduler()
    let first = Watcher("first", one.near.number)
    let second = Watcher("second", other.near.number)
    let script = Script(one.far.number, other.far.number)
    let log = Inbox<[String]>()
    try link(first.outbox, to: script.heard)
    try link(second.outbox, to: script.heard)
    try link(script.lookAway, to: first.inbox)
    try link(script.outbox, to: log)
    scheduler.activate(first)
    scheduler.activate(second)
    scheduler.activate(script)
    scheduler.run()
    #expect(
      log.take() == [
        "first", "second", "second", "first", "second", "second", "second",
      ])
  }

  @Test func `44: a scheduler has one selector, found by its name`() throws {
    final class Finder: Component {
      let outbox = Outbox<Bool>()
      override func main() async throws {
        let selector = Selector.of(self)
        let named: Selector = try tracker.value("selector")
        await outbox.send(selector === named)
      }
    }
    let scheduler = Scheduler()
    let finder = Finder()
    let answer = Inbox<Bool>()
    try link(finder.outbox, to: answer)
    scheduler.activate(finder)
    scheduler.run()
    #expect(answer.take() == true)
  }

  @Test func `a descriptor is closed exactly once`() throws {
    let pair = Pair()
    let number = clinux_duplicate(pair.near.number)
    try #require(number > 2)
    func isOpen() -> Bool { fcntl(number, F_GETFD) >= 0 }
    do {
      let first = Descriptor(number)
      let passedOn = first.release()
      #expect(isOpen(), "release gives it up without closing it")
      let second = Descriptor(passedOn)
      #expect(second.number == number && isOpen())
    }
    // Another test may have the number by now, so whether it is open says nothing: the pair does.
    #expect(clinux_socket_error(pair.near.number) == 0)
  }
}
