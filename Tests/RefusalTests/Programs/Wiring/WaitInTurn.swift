// SPDX-License-Identifier: Apache-2.0
// refused: 'async' call in a function that does not support concurrency
// A callback component never waits in its turn.
import Axon

final class Counter: CallbackComponent {
  let inbox = Inbox<Int>()
  private var sum = 0

  override func mainBody() -> Turn {
    #if REFUSED
      while let number = await inbox.next() { sum += number }
    #else
      while let number = inbox.take() { sum += number }
    #endif
    return .pause
  }
}
