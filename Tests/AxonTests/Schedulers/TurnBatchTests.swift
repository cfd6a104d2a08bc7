// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import Testing

@testable import Axon

/// Takes a millisecond of the processor a turn, again and again, until told.
private final class Busy: CallbackComponent {
  private let isOver: Shared
  private let turns: Shared

  init(until isOver: Shared, counting turns: Shared) {
    self.isOver = isOver
    self.turns = turns
  }

  override func mainBody() -> Turn {
    turns.count.add(1, ordering: .relaxed)
    let end = KernelWait.now + .milliseconds(1)
    while KernelWait.now < end {}
    return isOver.count.load(ordering: .relaxed) > 0 ? .finished : .again
  }
}

/// Ends the busy ones after a while by the clock.
private final class Clock: Component {
  private let isOver: Shared
  init(ending isOver: Shared) { self.isOver = isOver }

  override func main() async throws {
    for _ in 0..<5 { try await sleep(for: .milliseconds(1)) }
    isOver.count.add(1, ordering: .relaxed)
  }
}

private final class Shared: Sendable {
  let count = Atomic(0)
}

@Suite struct TurnBatches {
  @Test func `a batch shrinks while turns are long and grows when they are short`() {
    var batch = TurnBatch()
    var now = Instant(nanoseconds: 0)
    for _ in 0..<10 {
      now = now + .milliseconds(10)
      batch.adapt(at: now)
    }
    #expect(batch.turns == 1)
    for _ in 0..<10 {
      now = now + .microseconds(10)
      batch.adapt(at: now)
    }
    #expect(batch.turns == 256)
    now = now + .seconds(1)
    batch.pause()
    batch.adapt(at: now)
    #expect(batch.turns == 256)
  }

  @Test func `long turns don't keep the clock from being looked at`() {
    let (isOver, turns) = (Shared(), Shared())
    let scheduler = Scheduler()
    scheduler.activate(Clock(ending: isOver))
    scheduler.activate(Busy(until: isOver, counting: turns))
    scheduler.activate(Busy(until: isOver, counting: turns))
    scheduler.run()
    // Five sleeps in batches of 256 turns would take some 1,300.
    #expect(turns.count.load(ordering: .relaxed) < 1000)
  }
}
