// SPDX-License-Identifier: Apache-2.0
import Glibc
import Terminal

/// One line on standard error that is written over and over; nothing where that is no terminal.
final class ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private var width = 0

  func show(_ text: String) {
    guard isTerminal else { return }
    let line = CellText(text, columns: 79, isUTF8: true)
    let rest = String(repeating: " ", count: max(0, width - line.width))
    width = line.width
    // What tells of progress may be lost.
    try? StandardStreams.write(
      Array("\r\(line.text)\(rest)".utf8), to: STDERR_FILENO, "standard error")
  }

  /// Goes to the next line, if there is one to leave.
  func end() {
    guard width > 0 else { return }
    width = 0
    try? StandardStreams.write([10], to: STDERR_FILENO, "standard error")
  }

  deinit { end() }
}
