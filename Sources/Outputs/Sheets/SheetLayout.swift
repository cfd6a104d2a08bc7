// SPDX-License-Identifier: Apache-2.0
import Media

/// How many pictures a sheet has, side by side and one below the other.
public struct SheetGrid: Hashable, Sendable, CustomStringConvertible {
  /// Side by side.
  public let columns: Int
  /// One below the other.
  public let rows: Int

  /// A grid of 1...100 columns and rows.
  public init(columns: Int, rows: Int) {
    precondition(1...100 ~= columns && 1...100 ~= rows, "no sheet has \(columns)x\(rows)")
    self.columns = columns
    self.rows = rows
  }

  /// Jellyfin's default, 10x10.
  public static let standard = SheetGrid(columns: 10, rows: 10)

  /// Reads "10x10"; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let words = text.split(separator: "x", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
      let columns = Int(words[0]), let rows = Int(words[1]), 1...100 ~= columns, 1...100 ~= rows
    else { return nil }
    self.init(columns: columns, rows: rows)
  }

  /// Pictures on a sheet.
  public var count: Int { columns * rows }
  /// As "10x10".
  public var description: String { "\(columns)x\(rows)" }
}

/// Where the pictures of a recording lie on its sheets.
public struct SheetLayout: Equatable, Sendable {
  /// Pictures on a sheet.
  public let grid: SheetGrid
  /// Pixels a row of one picture on the sheet, even.
  public let width: Int
  /// Rows of one picture on the sheet, even.
  public let height: Int
  /// From one slot to the next.
  public let interval: Duration

  /// Largest side of a JPEG.
  static let sideLimit = 65_500

  /// The layout for a recording's pictures.
  ///
  /// - Parameters:
  ///   - grid: Pictures on a sheet.
  ///   - recording: Whose pictures; odd sides lose a row or column.
  ///   - subject: What errors name.
  /// - Throws: ``MediaError`` where a sheet would be too large, saying what fits.
  init(_ grid: SheetGrid, _ recording: OutputRecording, subject: String) throws(MediaError) {
    self.grid = grid
    width = max(recording.pictures.width & ~1, 2)
    height = max(recording.pictures.height & ~1, 2)
    interval = recording.interval
    let size = (width: width * grid.columns, height: height * grid.rows)
    let fits =
      size.width <= Self.sideLimit && size.height <= Self.sideLimit
      && size.width * size.height <= JPEGDecoder.pixelLimit
    guard fits else {
      throw MediaError(
        operation: "make", subject: subject,
        reason: "a sheet of \(grid) pictures of \(width)x\(height) would be \(size.width)x"
          + "\(size.height), more than a JPEG's 65500 a side or 64 Mi pixels: choose "
          + "\(Self.largest(grid, width, height)) or less, or a smaller width")
    }
  }

  /// The largest grid of this kind that fits.
  private static func largest(_ grid: SheetGrid, _ width: Int, _ height: Int) -> SheetGrid {
    var columns = min(grid.columns, max(sideLimit / width, 1))
    var rows = min(grid.rows, max(sideLimit / height, 1))
    while columns * width * rows * height > JPEGDecoder.pixelLimit, columns * rows > 1 {
      if columns >= rows { columns -= 1 } else { rows -= 1 }
    }
    return SheetGrid(columns: columns, rows: rows)
  }

  /// Size of a whole sheet.
  var size: (width: Int, height: Int) { (width * grid.columns, height * grid.rows) }

  /// Corner of a picture on its sheet.
  func corner(ofPlace place: Int) -> (x: Int, y: Int) {
    (place % grid.columns * width, place / grid.columns * height)
  }
}
