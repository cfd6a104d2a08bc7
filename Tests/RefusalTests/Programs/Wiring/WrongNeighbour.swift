// SPDX-License-Identifier: Apache-2.0
// refused: cannot convert value of type 'Stages<Never, Int>' to expected argument type 'Stages<Never, Wanted>'
// Neighbours in a pipeline carry the same messages.
import Axon

final class Numbers: Component, Source {
  let outbox = Outbox<Int>()
}

#if REFUSED
  typealias Wanted = String
#else
  typealias Wanted = Int
#endif

final class Reader: Component, Sink {
  let inbox = Inbox<Wanted>()
}

func wire() throws -> Pipeline<Never, Never> {
  try Pipeline {
    Numbers()
    Reader()
  }
}
