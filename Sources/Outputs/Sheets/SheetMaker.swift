// SPDX-License-Identifier: Apache-2.0
import Media

/// Makes one JPEG of many: decoded to planes, put side by side, encoded once.
///
/// Every cell of a sheet is filled: what can't be decoded shows its predecessor, and before the
/// first there is the first. A picture of another size is made to fit, with its shape kept.
final class SheetMaker {
  private let layout: SheetLayout
  private let painter: CellPainter
  private let encoder: JPEGEncoder
  /// The last picture of the sheet before that could be decoded.
  private var carried: [UInt8]?

  init(_ layout: SheetLayout, quality: Int) throws(MediaError) {
    self.layout = layout
    painter = try CellPainter()
    encoder = try JPEGEncoder(quality: quality)
  }

  /// Composes a sheet; cells beyond the last picture are black.
  func sheet(of jpegs: [[UInt8]]) throws(MediaError) -> [UInt8] {
    let size = layout.size
    let picture = Picture(canvas: size.width, height: size.height) { canvas in
      var good: [Int] = []
      var bad: [Int] = []
      for (place, jpeg) in jpegs.enumerated() {
        if draw(jpeg, at: place, on: canvas) { good.append(place) } else { bad.append(place) }
      }
      for place in bad {
        let before = good.last { $0 < place }.map { jpegs[$0] }
        guard let other = before ?? carried ?? good.first.map({ jpegs[$0] }) else { continue }
        _ = draw(other, at: place, on: canvas)
      }
      if let last = good.last { carried = jpegs[last] }
    }
    return try encoder.encode(picture)
  }

  /// Draws a picture into its cell; false where it can't be decoded.
  private func draw(_ jpeg: [UInt8], at place: Int, on canvas: PictureCanvas) -> Bool {
    let (x, y) = layout.corner(ofPlace: place)
    return painter.draw(jpeg, on: canvas, in: (x, y, layout.width, layout.height))
  }
}
