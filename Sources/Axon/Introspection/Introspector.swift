// SPDX-License-Identifier: Apache-2.0

/// Tells what components there are, how they are linked, and what goes wrong, for as long as somebody
/// listens.
///
/// ```swift
/// let introspector = Introspector()
/// let printer = Printer()
/// try link(introspector.outbox, to: printer.inbox)
/// scheduler.activate(printer)
/// scheduler.activate(introspector)
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | lines of the text protocol, each with its end: first all, then what has changed |
///
/// One message a look, none when nothing has changed. It looks at its own scheduler, and sleeps in
/// between on that scheduler's clock; a listener that is slow gets the newest state when it has room.
/// It ends with its listener, or at once when there is none. Until then it keeps its scheduler
/// running.
public final class Introspector: Component, Source {
  /// Lines of the text protocol.
  public let outbox = Outbox<String>()
  private let interval: Duration
  private let detail: Snapshot.Detail

  /// An introspector of the scheduler that will run it.
  ///
  /// - Parameters:
  ///   - interval: the time from one look to the next.
  ///   - detail: whether it also tells what waits in every box.
  public init(every interval: Duration = .seconds(1), detail: Snapshot.Detail = .events) {
    precondition(interval > .zero, "the interval must be more than 0 s, not \(interval)")
    self.interval = interval
    self.detail = detail
  }

  override public func main() async throws {
    var last: Snapshot?
    while outbox.isHeard {
      let snapshot = scheduler.postman.snapshot()
      let lines = snapshot.changes(since: last, detail: detail, toldBy: handle.name)
      last = snapshot
      if !lines.isEmpty {
        guard await outbox.send(lines.map { $0 + "\n" }.joined()) else { return }
      }
      try await sleep(for: interval)
    }
  }
}
