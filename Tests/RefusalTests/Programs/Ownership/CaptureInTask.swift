// SPDX-License-Identifier: Apache-2.0
// refused: risks causing data races
// A task beside the scheduler can't get at a component.
import Axon

final class Counter: Component {
  var count = 0
}

func start(_ scheduler: Scheduler) {
  let counter = Counter()
  #if REFUSED
    Task { counter.count += 1 }
  #endif
  scheduler.activate(counter)
}
