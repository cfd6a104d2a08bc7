// SPDX-License-Identifier: Apache-2.0
// refused: sending 'self.child' risks causing data races
// A child is a local: what a property holds can't be handed over.
import Axon

final class Parent: Component {
  #if REFUSED
    private let child = Component()
  #endif

  override func main() async throws {
    #if !REFUSED
      let child = Component()
    #endif
    activate(child)
  }
}
