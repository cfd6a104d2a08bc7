// SPDX-License-Identifier: Apache-2.0
// refused: sending 'draft' risks causing data races
// A message that was sent isn't the sender's any more.
import Axon

final class Draft {
  var text = ""
}

final class Author: Component {
  let outbox = Outbox<Draft>()

  override func main() async throws {
    let draft = Draft()
    #if REFUSED
      await outbox.send(draft)
      draft.text = "second thoughts"
    #else
      draft.text = "second thoughts"
      await outbox.send(draft)
    #endif
  }
}
