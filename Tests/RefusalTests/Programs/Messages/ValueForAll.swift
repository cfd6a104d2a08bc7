// SPDX-License-Identifier: Apache-2.0
// refused: type 'Draft' does not conform to the 'Sendable' protocol
// What the tracker shows to all must be Sendable.
import Axon

#if REFUSED
  final class Draft {
    var text = ""
  }
#else
  final class Draft: Sendable {
    let text = ""
  }
#endif

final class Author: Component {
  override func main() async throws { tracker.setValue("draft", to: Draft()) }
}
