// SPDX-License-Identifier: Apache-2.0
import CChafa

/// A picture as bytes for a terminal.
public struct TerminalPicture: Equatable, Sendable {
  /// Rows of characters with a line feed between two, or one sequence that draws pixels.
  public let bytes: [UInt8]
  /// Cells that it covers, from left to right.
  public let columns: Int
  /// Rows of cells that it covers.
  public let rows: Int
  /// The bytes are rows of characters.
  public let isText: Bool
}

/// Draws pictures for a terminal, through libchafa.
///
/// ```swift
/// let renderer = TerminalRenderer(mode: .ascii, area: ScreenSize(columns: 80, rows: 24))
/// let picture = renderer.render(pixels: rgb, width: 320, height: 180)
/// ```
/// Keeps its canvas as long as pictures have the same shape.
@safe public final class TerminalRenderer {
  /// How it draws; never `auto`.
  public let mode: RenderMode
  /// The cells that a picture may cover.
  public let area: ScreenSize
  private let colours: ColourDepth
  private let info: TerminalInfo
  private var canvas: Canvas?

  /// Takes all pictures away: in kitty's protocol they would lie one above the other.
  static let kittyErasure = "\u{1B}_Ga=d,d=A,q=2\u{1B}\\"

  /// A renderer for an output of which nothing is known but what is given.
  /// - Parameters:
  ///   - mode: How to draw; `auto` draws blocks.
  ///   - area: The cells that a picture may cover.
  ///   - colours: The colours of blocks; `none` gives characters only.
  ///   - environment: What tells the terminal's own sequences; empty for the usual ones.
  public init(
    mode: RenderMode, area: ScreenSize, colours: ColourDepth = .none,
    environment: [String: String] = [:]
  ) {
    self.mode = mode == .auto ? .blocks : mode
    self.area = area
    self.colours = mode == .ascii ? .none : colours
    info = TerminalInfo(environment: environment)
  }

  /// Draws a picture, as large as fits, with its shape kept.
  /// - Parameters:
  ///   - pixels: Packed red, green, blue; `3 * width` bytes a row, from the top.
  ///   - width: Square pixels in a row, more than 0.
  ///   - height: Rows, more than 0.
  /// - Returns: The bytes to write.
  public func render(pixels: [UInt8], width: Int, height: Int) -> TerminalPicture {
    precondition(
      width > 0 && height > 0 && pixels.count == 3 * width * height,
      "\(pixels.count) bytes are no picture of \(width)x\(height)")
    let cells = area.fitting(width: width, height: height)
    let canvas: Canvas
    if let kept = self.canvas, kept.cells == cells {
      canvas = kept
    } else {
      canvas = Canvas(mode: mode, colours: colours, cells: cells)
      self.canvas = canvas
    }
    canvas.draw(pixels, width: width, height: height)
    let isText = mode == .ascii || mode == .blocks
    var bytes: [UInt8] = isText && colours == .none ? canvas.characters() : canvas.printed(info)
    if mode == .kitty { bytes = Array(Self.kittyErasure.utf8) + bytes }
    return TerminalPicture(bytes: bytes, columns: cells.columns, rows: cells.rows, isText: isText)
  }
}

/// One chafa canvas and what it was made for.
@safe private final class Canvas {
  let cells: ScreenSize
  private let handle: OpaquePointer?

  init(mode: RenderMode, colours: ColourDepth, cells: ScreenSize) {
    self.cells = cells
    let config = unsafe chafa_canvas_config_new()
    defer { unsafe chafa_canvas_config_unref(config) }
    unsafe chafa_canvas_config_set_geometry(config, Int32(cells.columns), Int32(cells.rows))
    unsafe chafa_canvas_config_set_cell_geometry(
      config, Int32(cells.cellWidth), Int32(cells.cellHeight))
    switch mode {
    case .auto, .ascii, .blocks:
      unsafe chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SYMBOLS)
    case .sixel: unsafe chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SIXELS)
    case .kitty: unsafe chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_KITTY)
    }
    let depth: ChafaCanvasMode =
      switch (mode, colours) {
      case (.sixel, _), (.kitty, _), (_, .direct): CHAFA_CANVAS_MODE_TRUECOLOR
      case (_, .indexed): CHAFA_CANVAS_MODE_INDEXED_240
      case (_, .sixteen): CHAFA_CANVAS_MODE_INDEXED_16
      case (_, .none): CHAFA_CANVAS_MODE_FGBG
      }
    unsafe chafa_canvas_config_set_canvas_mode(config, depth)
    // Two colours can't show a shade, a pattern of them can: weak, or outlines drown in it, and
    // ordered, which stays the same from frame to frame where the picture does.
    if depth == CHAFA_CANVAS_MODE_FGBG {
      unsafe chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_ORDERED)
      unsafe chafa_canvas_config_set_dither_grain_size(config, 8, 8)
      unsafe chafa_canvas_config_set_dither_intensity(config, 0.25)
    }
    let symbols = unsafe chafa_symbol_map_new()
    defer { unsafe chafa_symbol_map_unref(symbols) }
    // Blocks: only what every font has, so no sextants or wedges.
    let tags =
      mode == .ascii
      ? CHAFA_SYMBOL_TAG_ASCII.rawValue
      : CHAFA_SYMBOL_TAG_SPACE.rawValue | CHAFA_SYMBOL_TAG_SOLID.rawValue
        | CHAFA_SYMBOL_TAG_HALF.rawValue | CHAFA_SYMBOL_TAG_QUAD.rawValue
    unsafe chafa_symbol_map_add_by_tags(symbols, ChafaSymbolTags(rawValue: tags))
    unsafe chafa_canvas_config_set_symbol_map(config, symbols)
    unsafe handle = chafa_canvas_new(config)
  }

  deinit { unsafe chafa_canvas_unref(handle) }

  func draw(_ pixels: [UInt8], width: Int, height: Int) {
    unsafe pixels.withUnsafeBufferPointer { bytes in
      unsafe chafa_canvas_draw_all_pixels(
        handle, CHAFA_PIXEL_RGB8, bytes.baseAddress, Int32(width), Int32(height), Int32(3 * width))
    }
  }

  /// The canvas as libchafa prints it: characters with their colours, or pixels.
  func printed(_ info: TerminalInfo) -> [UInt8] {
    guard let text = unsafe chafa_canvas_print(handle, info.handle) else { return [] }
    defer { unsafe g_string_free(text, 1) }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: text.pointee.str, count: Int(text.pointee.len))
    return unsafe Array(bytes)
  }

  /// The characters alone: libchafa's own printing resets attributes even where there are none.
  func characters() -> [UInt8] {
    var bytes: [UInt8] = []
    for row in 0..<cells.rows {
      for column in 0..<cells.columns {
        let code = unsafe chafa_canvas_get_char_at(handle, Int32(column), Int32(row))
        let scalar = Unicode.Scalar(code) ?? " "
        bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      }
      if row + 1 < cells.rows { bytes.append(UInt8(ascii: "\n")) }
    }
    return bytes
  }
}
