// SPDX-License-Identifier: Apache-2.0
// refused: sending 'draft' risks causing data races
// One message goes to one receiver.
import Axon

final class Draft {
  var text = ""
}

final class Author: Component {
  let outbox = Outbox<Draft>()
  let archive = Outbox<Draft>()

  override func main() async throws {
    let draft = Draft()
    await outbox.send(draft)
    #if REFUSED
      await archive.send(draft)
    #else
      await archive.send(Draft())
    #endif
  }
}
