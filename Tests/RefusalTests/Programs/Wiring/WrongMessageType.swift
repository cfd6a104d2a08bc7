// SPDX-License-Identifier: Apache-2.0
// refused: cannot convert value of type 'Inbox<String>' to expected argument type 'Inbox<Int>'
// Both ends of a linkage carry the same messages.
import Axon

func wire(_ numbers: Outbox<Int>, _ counts: Inbox<Int>, _ lines: Inbox<String>) throws {
  #if REFUSED
    try link(numbers, to: lines)
  #else
    try link(numbers, to: counts)
  #endif
}
