// SPDX-License-Identifier: Apache-2.0
import Axon
import Media

/// Passes frames on, and complains when none comes for too long: the server is gone.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | frames of a server, heartbeats too |
/// | `outbox` | the same |
///
/// It ends when the frames do, or with ``ClientError`` after `patience` without any.
final class SilenceWatch: Component, Source, Sink {
  let inbox = Inbox<PreviewFrame>()
  let outbox = Outbox<PreviewFrame>()
  private let name: String
  private let patience: Duration

  init(name: String, patience: Duration = .seconds(15)) {
    self.name = name
    self.patience = patience
  }

  override func main() async throws {
    var alarm = now
    var deadline = now + patience
    while !isStopping {
      if let frame = inbox.take() {
        guard await outbox.send(frame) else { return }
        deadline = now + patience
        continue
      }
      if inbox.isFinished, inbox.isEmpty { return }
      if now >= deadline {
        throw ClientError(
          name, "the server has been silent for \(patience.components.seconds) s", .unavailable)
      }
      // One alarm at a time: it is set anew when it rings too early.
      if alarm <= now {
        alarm = deadline
        scheduler.wake(handle, at: alarm)
      }
      await pause()
    }
  }
}
