// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Terminal

/// Prints recordings on standard output, a line each: kind, seconds, bytes and title, tabs between.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | listings |
///
/// A time that isn't known is `-`, that of a recording that still grows is `recording`. It ends when no more come, or with ``ClientError``.
final class ListPrinting: ThreadedComponent, Sink {
  let inbox = Inbox<Listing>()

  override func threadMain() throws {
    while let listing = inbox.blockingNext() {
      let lines = listing.entries.map(line).joined()
      try StandardStreams.write(Array(lines.utf8), to: STDOUT_FILENO, "standard output")
    }
  }

  private func line(_ entry: Listing.Entry) -> String {
    let length =
      entry.isGrowing ? "recording" : entry.duration?.decimalSeconds ?? "-"
    // A title can't hold a tab or a line feed, but what drives a terminal in other ways.
    let title = isatty(STDOUT_FILENO) == 0 ? entry.title : CellText(entry.title, isUTF8: true).text
    return "\(entry.kind)\t\(length)\t\(entry.byteCount)\t\(title)\n"
  }
}
