// SPDX-License-Identifier: Apache-2.0
// refused: sending value of non-Sendable type 'Writer' risks causing data races
// Two components share no object that changes.
import Axon

final class Notes {
  var lines: [String] = []
}

final class Writer: Component {
  let notes: Notes
  init(_ notes: Notes) { self.notes = notes }
}

func start(_ scheduler: Scheduler) {
  let notes = Notes()
  let one = Writer(notes)
  #if REFUSED
    let other = Writer(notes)
  #else
    let other = Writer(Notes())
  #endif
  scheduler.activate(one)
  scheduler.activate(other)
}
