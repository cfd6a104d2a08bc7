// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// An output on which pictures are shown one after the other, with a status line.
///
/// On a terminal it takes the alternate screen, hides the cursor and stops echo, and puts all back
/// when it goes away, on `exit`, on SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE and faults, and while
/// the process is stopped (SIGTSTP, SIGCONT). Elsewhere it writes the pictures as text, without
/// control sequences. At most one session of a process has a terminal.
///
/// ```swift
/// var session = try TerminalSession(mode: .auto)
/// try session.show(pixels: rgb, width: 320, height: 180, status: status)
/// ```
/// A blocking write: not for the event loop's thread.
public struct TerminalSession: ~Copyable {
  /// What is known of the output.
  public let abilities: TerminalAbilities
  /// The whole screen.
  public private(set) var size: ScreenSize
  private let output: Int32
  private let environment: [String: String]
  private let mode: RenderMode
  private var renderer: TerminalRenderer
  private var shown: (columns: Int, rows: Int)?

  /// Takes the output.
  /// - Parameters:
  ///   - mode: How to draw; `auto` finds the best.
  ///   - output: An open descriptor, standard output unless given; it stays the caller's.
  /// - Throws: ``TerminalError`` if the mode needs a terminal and there is none, or if another
  ///   session has one.
  public init(mode: RenderMode = .auto, output: Int32 = 1) throws(TerminalError) {
    let environment = processEnvironment()
    let abilities = TerminalAbilities(environment: environment, isTerminal: isatty(output) != 0)
    let mode = try abilities.resolve(mode)
    if abilities.obeysControls { try Self.enter(output, mode) }
    self.environment = environment
    self.abilities = abilities
    self.mode = mode
    self.output = output
    size = ScreenSize(of: output, environment: environment)
    renderer = Self.renderer(mode, abilities, size, environment)
  }

  deinit {
    if abilities.obeysControls { clinux_terminal_leave() }
  }

  /// Gives the terminal back now rather than at the end of the scope.
  public consuming func close() {}

  /// The window's size changed, or the process went on after a stop, since it was asked last.
  ///
  /// The next picture is drawn for the new size anyway; who has a picture may draw it anew.
  public mutating func takeChange() -> Bool {
    guard abilities.obeysControls, clinux_terminal_take_change() != 0 else { return false }
    shown = nil
    let size = ScreenSize(of: output, environment: environment)
    if size != self.size {
      self.size = size
      renderer = Self.renderer(mode, abilities, size, environment)
    }
    return true
  }

  /// Shows a picture in place of the last, and the status line below it.
  /// - Parameters:
  ///   - pixels: Packed red, green, blue; `3 * width` bytes a row, from the top.
  ///   - width: Square pixels in a row, more than 0.
  ///   - height: Rows, more than 0.
  ///   - status: The line below.
  /// - Throws: ``TerminalError`` if the output takes no bytes.
  public mutating func show(
    pixels: [UInt8], width: Int, height: Int, status: StatusLine
  ) throws(TerminalError) {
    _ = takeChange()
    let picture = renderer.render(pixels: pixels, width: width, height: height)
    guard abilities.obeysControls else {
      return try write(
        picture.bytes + Array("\n\(status.text(isUTF8: abilities.isUTF8))\n".utf8))
    }
    try draw(onScreen(picture, status))
  }

  /// The picture from the top left corner, each row placed by itself, the status in the last row.
  private mutating func onScreen(_ picture: TerminalPicture, _ status: StatusLine) -> [UInt8] {
    var bytes: [UInt8] = []
    func control(_ sequence: String) { bytes += Array("\u{1B}[\(sequence)".utf8) }
    // 2026: a terminal that knows it shows all at once what comes between h and l.
    control("?2026h")
    control("0m")
    if shown == nil || shown?.columns != picture.columns || shown?.rows != picture.rows {
      control("2J")
      shown = (picture.columns, picture.rows)
    }
    if picture.isText {
      for (row, line) in picture.bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
        control("\(row + 1);1H")
        bytes += line
      }
    } else {
      control("1;1H")
      bytes += picture.bytes
    }
    control("0m")
    control("\(size.rows);1H")
    // Before the text: behind a full line the cursor still stands on its last cell.
    control("K")
    bytes += Array(status.text(columns: size.columns, isUTF8: abilities.isUTF8).utf8)
    control("?2026l")
    return bytes
  }

  private func draw(_ bytes: [UInt8]) throws(TerminalError) {
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe clinux_terminal_write(bytes.baseAddress, bytes.count)
    }
    guard code == 0 else { throw Self.failure("write to", code) }
  }

  private func write(_ bytes: [UInt8]) throws(TerminalError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(output, bytes.baseAddress, bytes.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw Self.failure("write to", errno)
      }
    }
  }

  /// One row less than the screen, for the status line.
  private static func renderer(
    _ mode: RenderMode, _ abilities: TerminalAbilities, _ size: ScreenSize,
    _ environment: [String: String]
  ) -> TerminalRenderer {
    var area = size
    area.rows = max(1, size.rows - 1)
    return TerminalRenderer(
      mode: mode, area: area, colours: abilities.colours, environment: environment)
  }

  private static func enter(_ output: Int32, _ mode: RenderMode) throws(TerminalError) {
    // Alternate screen, no cursor, no wrapping at the right edge, everything cleared.
    let enter = Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J".utf8)
    // A frame may have been cut anywhere: CAN ends a sequence, ST a string of pixels.
    let end = "\u{18}\u{1B}\\\u{1B}[?2026l"
    let pixels = mode == .kitty ? TerminalRenderer.kittyErasure : ""
    let leave = Array("\(end)\(pixels)\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l".utf8)
    let code = unsafe enter.withUnsafeBytes { enter in
      unsafe leave.withUnsafeBytes { leave in
        unsafe clinux_terminal_enter(
          output, enter.baseAddress, enter.count, leave.baseAddress, leave.count)
      }
    }
    guard code == 0 else { throw failure("take", code) }
  }

  private static func failure(_ operation: String, _ code: Int32) -> TerminalError {
    TerminalError(operation: operation, subject: "standard output", code: code)
  }
}
