// SPDX-License-Identifier: Apache-2.0
import Axon

/// Tells how much of the sound was played, once a second of it, on standard error.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | length of all that was played |
///
/// On a thread of its own: a terminal may be held. It ends when the sound does.
final class SoundProgress: ThreadedComponent, Sink {
  let inbox = Inbox<Duration>(capacity: 1, whenFull: .dropOldest)
  private let title: String

  init(title: String) { self.title = title }

  override func threadMain() {
    let progress = ProgressLine()
    var shown: Int64 = -1
    while let played = inbox.blockingNext() {
      let seconds = played.components.seconds
      if seconds == shown { continue }
      shown = seconds
      let fields = [seconds / 3600, seconds / 60 % 60, seconds % 60]
      progress.show(
        "\(fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":"))  \(title)")
    }
    progress.end()
  }
}
