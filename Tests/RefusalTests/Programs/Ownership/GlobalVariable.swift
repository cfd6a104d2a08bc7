// SPDX-License-Identifier: Apache-2.0
// refused: is not concurrency-safe because it is nonisolated global shared mutable state
// No variable is everybody's.
import Axon

#if REFUSED
  var total = 0
#else
  let total = 0
#endif

final class Adder: Component {
  var sum = total
}
