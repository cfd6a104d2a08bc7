// SPDX-License-Identifier: Apache-2.0
// refused: value of type 'Inbox<Int>' has no member 'send'
// Nobody puts a message into another's inbox past the linkages.
import Axon

final class Speaker: Component {
  let outbox = Outbox<Int>()
  let other: Inbox<Int>
  init(_ other: Inbox<Int>) { self.other = other }

  override func main() async throws {
    #if REFUSED
      await other.send(1)
    #else
      await outbox.send(1)
    #endif
  }
}
