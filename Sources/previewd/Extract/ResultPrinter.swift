// SPDX-License-Identifier: Apache-2.0
import Axon
import Batch

/// Prints each recording's result as it comes, above the status line.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | results |
/// | `progress` | how far the run has come |
///
/// It ends when no more come, and takes the line away.
final class ResultPrinter: CallbackComponent, Sink {
  let inbox = Inbox<RecordingResult>()
  let progress = Inbox<Progress>(capacity: 1, whenFull: .dropOldest)
  private let outcome: Outcome
  private let line: StatusLine?

  init(_ outcome: Outcome, line: StatusLine?) {
    self.outcome = outcome
    self.line = line
  }

  override func mainBody() -> Turn {
    while let result = inbox.take() {
      line?.clear()
      outcome.add(result)
    }
    if let progress = progress.take() { line?.show { progress.line(columns: $0) } }
    return .pause
  }

  override func closeDownComponent() { line?.clear() }
}
