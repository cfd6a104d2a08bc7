// SPDX-License-Identifier: Apache-2.0
import Axon
import AxonTestKit
import Synchronization
import Testing

@Suite(.serialized) struct `Groups of schedulers` {
  @Test func `19: a group without components ends at once`() {
    for count in 1...4 { #expect(Schedulers(count: count).run().isEmpty) }
  }

  @Test func `a group has as many schedulers as there are cores`() {
    #expect(Schedulers().count == Cores.available)
    #expect(Cores.available >= 1)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `random systems on several schedulers lose nothing and keep order`(count: Int) throws {
    for seed in 0..<40 {
      var dice = SeededRandom(seed: UInt64(1000 * count + seed))
      let schedulers = Schedulers(count: count)
      var expected: [(Record<Int>, Int)] = []
      for chain in 0..<6 {
        let record = Record<Int>()
        let length = Int.random(in: 1...200, using: &dice)
        let source = testSource(Form.allCases[chain % 3], 0..<length)
        var outbox = source.outbox
        schedulers.activate(source, on: .number(Int.random(in: 0..<count, using: &dice)))
        for _ in 0..<Int.random(in: 0...3, using: &dice) {
          let form = Form.allCases[Int.random(in: 0..<3, using: &dice)]
          let relay = testRelay(form, capacity: Int.random(in: 1...8, using: &dice))
          try link(outbox, to: relay.inbox)
          outbox = relay.outbox
          schedulers.activate(relay, on: .number(Int.random(in: 0..<count, using: &dice)))
        }
        let sink = testSink(Form.allCases[Int.random(in: 0..<3, using: &dice)], record)
        try link(outbox, to: sink.inbox)
        schedulers.activate(sink, on: .any)
        expected.append((record, length))
      }
      #expect(schedulers.run().isEmpty)
      for (record, length) in expected { #expect(record.entries == Array(0..<length)) }
    }
  }

  @Test func `ends from both sides, while messages fly, leave nobody waiting`() throws {
    for seed in 0..<200 {
      var dice = SeededRandom(seed: UInt64(seed))
      let schedulers = Schedulers(count: 2 + seed % 3)
      let source = testSource(Form.allCases[seed % 3], 0..<Int.random(in: 1...900, using: &dice))
      let relay = testRelay(Form.allCases[seed / 3 % 3], capacity: 1 + seed % 5)
      let most = Int.random(in: 0...600, using: &dice)
      let record = Record<Int>()
      let sink = Body(capacity: 3) { component in
        while record.count < most, let number = await component.inbox.next() { record.add(number) }
      }
      try link(source.outbox, to: relay.inbox)
      try link(relay.outbox, to: sink.inbox)
      schedulers.activate(source, on: .number(0))
      schedulers.activate(relay, on: .number(1))
      schedulers.activate(sink, on: .any)
      #expect(schedulers.run().isEmpty)
      #expect(record.entries == Array(0..<record.count))
    }
  }

  /// Passes a number on until it has gone so many ways, then sleeps for ever.
  private func player(_ form: Form, until last: Int, count: Record<Int>) -> sending any NumberRelay
  {
    switch form {
    case .async:
      Body(capacity: 1) { component in
        while let number = await component.inbox.next() {
          count.add(number)
          if number < last { await component.outbox.send(number + 1) }
        }
      }
    case .callback:
      Turns(capacity: 1) { component in
        while let number = component.inbox.take() {
          count.add(number)
          if number < last { component.outbox.post(number + 1) }
        }
        return .pause
      }
    case .threaded:
      Blocking(capacity: 1) { component in
        while let number = component.inbox.blockingNext() {
          count.add(number)
          if number < last { component.outbox.blockingSend(number + 1) }
        }
      }
    }
  }

  @Test func `25: run returns when nobody on any scheduler can be woken, and no sooner`() throws {
    for round in 0..<200 {
      let schedulers = Schedulers(count: 2 + round % 3)
      let count = Record<Int>()
      let last = 20 + round % 50
      let forms = [round % 3, round / 3 % 3, round / 9 % 3].map { Form.allCases[$0] }
      let ring = forms.map { player($0, until: last, count: count) }
      for (place, player) in ring.enumerated() {
        try link(player.outbox, to: ring[(place + 1) % 3].inbox)
      }
      let starter = AsyncSource(0..<1)
      try link(starter.outbox, to: ring[0].inbox)
      var handles: Set<Handle> = []
      let seeds = SeedBox(ring)
      for place in 0..<3 {
        handles.insert(
          schedulers.activate(seeds.take(place), on: .number(place % schedulers.count)))
      }
      schedulers.activate(starter, on: .any)
      #expect(Set(schedulers.run()) == handles)
      #expect(count.entries == Array(0...last))
      schedulers.stop()
      #expect(schedulers.run().isEmpty)
      #expect(handles.allSatisfy { !$0.isRunning })
    }
  }

  @Test func `24: stop under traffic ends all on every scheduler and joins their threads`() throws {
    for round in 0..<60 {
      let schedulers = Schedulers(count: 2 + round % 2, isPinned: round % 4 == 3)
      var handles: [Handle] = []
      let seen = Record<Int>()
      for chain in 0..<6 {
        let source = testSource(Form.allCases[chain % 3], 0..<Int.max)
        let sink = Body(capacity: 2) { component in
          while let number = await component.inbox.next() { if number < 2 { seen.add(number) } }
        }
        try link(source.outbox, to: sink.inbox)
        handles.append(schedulers.activate(source, on: .number(0)))
        handles.append(schedulers.activate(sink, on: .number(1)))
      }
      schedulers.start()
      while seen.count < 12 {}
      schedulers.stop()
      #expect(handles.allSatisfy { !$0.isRunning })
    }
  }

  @Test func `24b: a stopped group leaves no descriptor open and is freed`() async {
    await #expect(processExitsWith: .success) {
      let before = openDescriptors()
      weak var gone: Schedulers?
      for _ in 0..<50 {
        let schedulers = Schedulers(count: 3)
        gone = schedulers
        schedulers.start()
        for number in 0..<3 {
          schedulers.activate(
            Body { component in await component.pause() }, on: .number(number))
        }
        schedulers.activate(Blocking { component in _ = component.inbox.blockingNext() })
        schedulers.stop()
      }
      precondition(gone == nil)
      // Each had six; the test library itself opens a few at its own time.
      precondition(openDescriptors() < before + 20)
    }
  }

  @Test func `a component stops the group it lives in`() {
    let schedulers = Schedulers(count: 2)
    for _ in 0..<10 { schedulers.activate(Body { component in await component.pause() }) }
    schedulers.activate(Body { _ in schedulers.stop() }, on: .number(1))
    #expect(schedulers.run().isEmpty)
  }

  @Test func `one tracker and one fault hook serve all`() throws {
    let faults = Record<String>()
    let schedulers = Schedulers(count: 3, onFault: { faults.add("\($0.error)") })
    schedulers.tracker.setValue("sum", to: 0)
    for number in 0..<30 {
      schedulers.activate(
        Body { component in
          for _ in 0..<100 { try component.tracker.update("sum") { (sum: inout Int) in sum += 1 } }
          throw Mishap()
        }, on: .number(number % 3))
    }
    #expect(schedulers.run().isEmpty)
    #expect(try schedulers.tracker.value("sum") == 3000)
    #expect(faults.entries == Array(repeating: "Mishap()", count: 30))
  }

  @Test func `under virtual time hours pass for all at once`() {
    let schedulers = Schedulers(count: 3, time: .virtual)
    let order = Record<Int>()
    for hours in [5, 1, 24, 3, 2] {
      schedulers.activate(
        Body { component in
          try await component.sleep(for: .seconds(3600 * hours))
          order.add(hours)
        }, on: .number(hours % 3))
    }
    #expect(schedulers.run().isEmpty)
    #expect(order.entries == [1, 2, 3, 5, 24])
    #expect(schedulers.now - Instant(nanoseconds: 0) == .seconds(24 * 3600))
  }
}

/// Components on their way to a scheduler, which a test keeps in an array until then.
@safe
final class SeedBox: @unchecked Sendable {
  // Unchecked: each is taken once.
  private let components: [Component]
  init(_ components: [Component]) { self.components = components }
  func take(_ place: Int) -> sending Component {
    nonisolated(unsafe) let component = components[place]
    return unsafe component
  }
}
