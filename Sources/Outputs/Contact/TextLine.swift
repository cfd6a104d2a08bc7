// SPDX-License-Identifier: Apache-2.0
import Media

/// A line of text as it is drawn: how much of each pixel it covers.
struct TextLine {
  /// Pixels a row, with the outline.
  let width: Int
  /// Rows, with the outline.
  let height: Int
  /// How much of a pixel the letters cover, 0...256.
  private let cover: [Int]
  /// How much of a pixel the letters and their outline cover.
  private let outline: [Int]

  /// Sets a text.
  ///
  /// - Parameters:
  ///   - text: Any; what the font hasn't becomes a box.
  ///   - scale: Pixels a dot, 1 or more; above 1 the letters are smoothed.
  ///   - outlined: With a dark edge of as many pixels.
  init(_ text: String, scale: Int, outlined: Bool = false) {
    let letters = Font.letters(of: text)
    let edge = outlined ? scale : 0
    let (width, height) = (letters.count * Font.advance * scale, Font.height * scale)
    self.width = width + 2 * edge
    self.height = height + 2 * edge
    var cover = [Int](repeating: 0, count: self.width * self.height)
    for (place, letter) in letters.enumerated() {
      let dots = Font.dots(of: letter)
      for y in 0..<height {
        for x in 0..<Font.advance * scale {
          let share = Self.cover(of: dots, x: x, y: y, scale: scale)
          cover[(y + edge) * self.width + place * Font.advance * scale + x + edge] = share
        }
      }
    }
    self.cover = cover
    outline = outlined ? Self.spread(cover, self.width, self.height, by: edge) : []
  }

  /// Pixels a row of a text.
  static func width(of text: String, scale: Int) -> Int {
    Font.letters(of: text).count * Font.advance * scale
  }

  /// The text, cut with dots where it is wider than `limit`.
  static func fitted(_ text: String, scale: Int, width limit: Int) -> String {
    guard width(of: text, scale: scale) > limit else { return text }
    var short = text
    while !short.isEmpty, width(of: short + "...", scale: scale) > limit { short.removeLast() }
    return short + "..."
  }

  /// Draws the text.
  func draw(on canvas: PictureCanvas, x: Int, y: Int, _ colour: PictureCanvas.Colour) {
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        if !outline.isEmpty {
          canvas.mix(x: x + column, y: y + row, .init(8), share: outline[place])
        }
        canvas.mix(x: x + column, y: y + row, colour, share: cover[place])
      }
    }
  }

  /// How much of a pixel a letter covers: dots are joined smoothly, in 256ths.
  private static func cover(of dots: UInt64, x: Int, y: Int, scale: Int) -> Int {
    guard scale > 1 else { return Font.hasDot(dots, column: x, row: y) ? 256 : 0 }
    // The pixel's centre between the centres of dots.
    let across = (2 * x + 1) * 128 / scale - 128
    let down = (2 * y + 1) * 128 / scale - 128
    let (column, row) = (across >> 8, down >> 8)
    let (right, below) = (across & 255, down & 255)
    func dot(_ column: Int, _ row: Int, _ share: Int) -> Int {
      Font.hasDot(dots, column: column, row: row) ? share : 0
    }
    let sum =
      dot(column, row, (256 - right) * (256 - below)) + dot(column + 1, row, right * (256 - below))
      + dot(column, row + 1, (256 - right) * below) + dot(column + 1, row + 1, right * below)
    // Steeper than the straight mean, or everything would look washed out.
    return min(max((sum / 256 - 64) * 2, 0), 256)
  }

  /// The largest cover within a distance.
  private static func spread(_ cover: [Int], _ width: Int, _ height: Int, by edge: Int) -> [Int] {
    var wide = cover
    for row in 0..<height {
      for column in 0..<width {
        let range = max(0, column - edge)...min(width - 1, column + edge)
        wide[row * width + column] = range.reduce(0) { max($0, cover[row * width + $1]) }
      }
    }
    var all = wide
    for row in 0..<height {
      for column in 0..<width {
        let range = max(0, row - edge)...min(height - 1, row + edge)
        all[row * width + column] = range.reduce(0) { max($0, wide[$1 * width + column]) }
      }
    }
    return all
  }
}
