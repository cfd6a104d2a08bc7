// SPDX-License-Identifier: Apache-2.0
import CChafa

/// Text from anywhere, made fit for a terminal: it takes a known number of cells and can't do
/// anything but be seen.
///
/// Control characters (C0, DEL, C1), marks of direction, line separators and what has no meaning
/// become `?`; joiners and variation selectors, on whose width terminals differ, are left out; at
/// most two marks are stacked on a character. Without UTF-8 everything but ASCII becomes `?`.
public struct CellText: Equatable, Sendable {
  /// What may be written.
  public private(set) var text = ""
  /// The cells that it takes.
  public private(set) var width = 0
  private let isUTF8: Bool

  /// Takes as much of `source` as fits.
  /// - Parameters:
  ///   - source: Text from anywhere.
  ///   - columns: Cells that it may take; where it needs more, it ends with `…` (`...`).
  ///   - isUTF8: The terminal reads UTF-8.
  public init(_ source: String, columns: Int = .max, isUTF8: Bool) {
    self.isUTF8 = isUTF8
    let ending = isUTF8 ? "…" : "..."
    let room = columns == .max ? columns : max(0, columns - ending.unicodeScalars.count)
    var ended: (text: String, width: Int)?
    var marks = 0
    for scalar in source.unicodeScalars {
      guard let (shown, cells) = Self.shown(scalar, isUTF8: isUTF8) else { continue }
      marks = cells == 0 ? marks + 1 : 0
      if marks > 2 || (cells == 0 && width == 0) { continue }
      // Where it would be cut, should it turn out too long.
      if width + cells > room, ended == nil { ended = (text, width) }
      if width + cells > columns {
        let short = ended ?? (text, width)
        (text, width) = short
        let rest = String(ending.prefix(columns - width))
        text += rest
        width += rest.count
        return
      }
      text.unicodeScalars.append(shown)
      width += cells
    }
  }

  /// The character as it is shown and the cells it takes; `nil` to leave it out.
  private static func shown(_ scalar: Unicode.Scalar, isUTF8: Bool) -> (Unicode.Scalar, Int)? {
    let code = scalar.value
    if code >= 0x20 && code < 0x7F { return (scalar, 1) }
    guard isUTF8 else { return ("?", 1) }
    switch code {
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x200B...0x200D, 0x2060, 0xFEFF, 0xAD: return nil
    default: break
    }
    switch g_unichar_type(code) {
    case G_UNICODE_CONTROL, G_UNICODE_FORMAT, G_UNICODE_UNASSIGNED, G_UNICODE_PRIVATE_USE,
      G_UNICODE_SURROGATE, G_UNICODE_LINE_SEPARATOR, G_UNICODE_PARAGRAPH_SEPARATOR:
      return ("?", 1)
    default: break
    }
    if g_unichar_iszerowidth(code) != 0 { return (scalar, 0) }
    return (scalar, g_unichar_iswide(code) != 0 ? 2 : 1)
  }
}
