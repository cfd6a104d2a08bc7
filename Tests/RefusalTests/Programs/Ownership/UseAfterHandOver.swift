// SPDX-License-Identifier: Apache-2.0
// refused: sending value of non-Sendable type 'Counter' risks causing data races
// Nobody touches a component once it was handed over.
import Axon

final class Counter: Component {
  var count = 0
}

func start(_ scheduler: Scheduler) {
  let counter = Counter()
  #if REFUSED
    scheduler.activate(counter)
    counter.count = 1
  #else
    counter.count = 1
    scheduler.activate(counter)
  #endif
}
