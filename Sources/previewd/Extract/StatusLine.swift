// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One line at the bottom of a terminal that changes in place, above which results are printed.
final class StatusLine {
  private var isShown = false

  /// `nil` where standard error is no terminal, or nobody wants it.
  init?(isWanted: Bool) {
    guard isWanted, isatty(STDERR_FILENO) == 1 else { return nil }
  }

  /// Shows a line in place of the last one.
  func show(_ line: (_ columns: Int) -> String) {
    write("\r\u{1B}[K" + line(columns))
    isShown = true
  }

  /// Takes the line away, for something else to be printed.
  func clear() {
    guard isShown else { return }
    write("\r\u{1B}[K")
    isShown = false
  }

  private var columns: Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    // A full last column makes some terminals begin a new line.
    return Int(size.ws_col) - 1
  }

  private func write(_ text: String) {
    var text = text
    // A line that can't be shown is no reason to stop.
    _ = text.withUTF8 { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
