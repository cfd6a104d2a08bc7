// SPDX-License-Identifier: Apache-2.0
// refused: expression is 'async' but is not marked with 'await'
// A send may have to wait, and says so.
import Axon

final class Speaker: Component {
  let outbox = Outbox<Int>()

  override func main() async throws {
    #if REFUSED
      outbox.send(1)
    #else
      await outbox.send(1)
    #endif
  }
}
