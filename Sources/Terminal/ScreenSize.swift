// SPDX-License-Identifier: Apache-2.0
import CLinux

/// The size of a terminal in cells, and of a cell in pixels.
public struct ScreenSize: Equatable, Sendable {
  /// Cells in a row, 1 to 1000.
  public var columns: Int
  /// Rows of cells, 1 to 500.
  public var rows: Int
  /// Pixels from one cell to the next, to the right.
  public var cellWidth: Int
  /// Pixels from one cell to the next, downwards.
  public var cellHeight: Int

  /// A size; cells are 10 by 20 pixels, twice as high as wide, unless said otherwise.
  ///
  /// What is out of range is brought into it: a terminal may claim anything.
  public init(columns: Int, rows: Int, cellWidth: Int = 10, cellHeight: Int = 20) {
    self.columns = min(1000, max(1, columns))
    self.rows = min(500, max(1, rows))
    let isCell = (2...200).contains(cellWidth) && (2...400).contains(cellHeight)
    self.cellWidth = isCell ? cellWidth : 10
    self.cellHeight = isCell ? cellHeight : 20
  }

  /// What a terminal says; where it says nothing, `COLUMNS` and `LINES`, or 80 by 24.
  public init(of descriptor: Int32, environment: [String: String]) {
    var size = clinux_terminal_size()
    let known = unsafe clinux_terminal_size(descriptor, &size) == 0
    guard known, size.columns > 0, size.rows > 0 else {
      self.init(
        columns: environment["COLUMNS"].flatMap { Int($0) } ?? 80,
        rows: environment["LINES"].flatMap { Int($0) } ?? 24)
      return
    }
    self.init(
      columns: Int(size.columns), rows: Int(size.rows),
      cellWidth: Int(size.width) / Int(size.columns), cellHeight: Int(size.height) / Int(size.rows))
  }

  /// The cells that a picture of `width` by `height` square pixels fills, as large as fits and with
  /// its shape kept.
  func fitting(width: Int, height: Int) -> ScreenSize {
    let across = Double(columns * cellWidth) / Double(width)
    let down = Double(rows * cellHeight) / Double(height)
    let scale = min(across, down)
    var result = self
    result.columns = cells(Double(width) * scale, of: cellWidth, most: columns)
    result.rows = cells(Double(height) * scale, of: cellHeight, most: rows)
    return result
  }

  private func cells(_ pixels: Double, of cell: Int, most: Int) -> Int {
    min(most, max(1, Int((pixels / Double(cell)).rounded())))
  }
}
