// SPDX-License-Identifier: Apache-2.0
// refused: no exact matches in call to global function 'link'
// A linkage leads from an outbox to an inbox, never the other way.
import Axon

func wire(_ source: Outbox<Int>, _ sink: Inbox<Int>) throws {
  #if REFUSED
    try link(sink, to: source)
  #else
    try link(source, to: sink)
  #endif
}
