// SPDX-License-Identifier: Apache-2.0
// refused: sending 'component' risks causing data races
// Components in an array can't be handed over one by one; they are made where they start.
import Axon

func start(_ scheduler: Scheduler) {
  #if REFUSED
    let components = [Component(), Component()]
    for component in components { scheduler.activate(component) }
  #else
    for _ in 0..<2 { scheduler.activate(Component()) }
  #endif
}
