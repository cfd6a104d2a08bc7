// SPDX-License-Identifier: Apache-2.0
// refused: sending 'draft' risks causing data races
// A sender keeps nothing of a message that may change; a Sendable one may be kept.
import Axon

#if REFUSED
  final class Draft {
    var text = ""
  }
#else
  struct Draft: Sendable {
    var text = ""
  }
#endif

final class Author: Component {
  let outbox = Outbox<Draft>()
  private var last: Draft?

  override func main() async throws {
    let draft = Draft()
    last = draft
    await outbox.send(draft)
  }
}
