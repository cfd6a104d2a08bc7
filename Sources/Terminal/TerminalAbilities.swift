// SPDX-License-Identifier: Apache-2.0
import CChafa
import Glibc

/// How a picture is drawn in a terminal.
public enum RenderMode: String, CaseIterable, Sendable {
  /// The best that the terminal is known to show.
  case auto
  /// Printable ASCII characters without colours: works everywhere.
  case ascii
  /// Block characters, in colours where there are some.
  case blocks
  /// Pixels in the DEC sixel format.
  case sixel
  /// Pixels in kitty's protocol.
  case kitty
}

/// How many colours text may have.
public enum ColourDepth: String, CaseIterable, Sendable {
  /// None: not known, or not wanted.
  case none
  /// The 16 of ANSI.
  case sixteen
  /// The 256 of xterm.
  case indexed
  /// 24 bits.
  case direct
}

/// What is known of an output, by its environment alone: nothing is asked of the terminal.
public struct TerminalAbilities: Equatable, Sendable {
  /// It is a terminal, and one that obeys control sequences.
  public var obeysControls: Bool
  /// The best way of drawing; never `auto`.
  public var best: RenderMode
  /// Colours of text.
  public var colours: ColourDepth
  /// Text is UTF-8.
  public var isUTF8: Bool

  /// Judges an environment, with libchafa's knowledge of terminals.
  /// - Parameters:
  ///   - environment: TERM, COLORTERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG and what terminals set.
  ///   - isTerminal: The output is a terminal.
  public init(environment: [String: String], isTerminal: Bool) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let term = value("TERM") ?? "dumb"
    obeysControls = isTerminal && term != "dumb"
    let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? ""
    let charset = locale.lowercased()
    isUTF8 = charset.contains("utf-8") || charset.contains("utf8")
    guard obeysControls else {
      best = .ascii
      colours = .none
      return
    }
    let known = TerminalInfo(environment: environment)
    let isDirect = value("COLORTERM").map { ["truecolor", "24bit"].contains($0) } ?? false
    // libchafa trusts every "-256color" with 24 bits, but some show nonsense then.
    let isIndexed = known.colours == .direct && term.hasSuffix("-256color")
    let usual = isDirect ? .direct : isIndexed ? .indexed : known.colours
    colours = value("NO_COLOR") == nil ? usual : .none
    best = known.hasKitty ? .kitty : known.hasSixel ? .sixel : isUTF8 ? .blocks : .ascii
  }

  /// What a mode comes to here.
  /// - Returns: Never `auto`.
  /// - Throws: ``TerminalError`` for pixels where no terminal is: they are control sequences.
  public func resolve(_ mode: RenderMode) throws(TerminalError) -> RenderMode {
    switch mode {
    case .auto: return best
    case .ascii, .blocks: return mode
    case .sixel, .kitty:
      guard obeysControls else {
        throw TerminalError(
          operation: "\(mode.rawValue) needs a terminal; use ascii or blocks for",
          subject: "standard output", code: 0)
      }
      return mode
    }
  }
}

/// The environment of this process.
func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  guard let list = unsafe g_get_environ() else { return result }
  defer { unsafe g_strfreev(list) }
  var next = unsafe list
  while let entry = unsafe next.pointee {
    let parts = unsafe String(cString: entry).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
    unsafe next += 1
  }
  return result
}
