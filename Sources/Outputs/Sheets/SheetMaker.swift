// SPDX-License-Identifier: Apache-2.0
import Media

/// Makes one JPEG of many: decoded to planes, put side by side, encoded once.
///
/// Every cell of a sheet is filled: what can't be decoded shows its predecessor, and before the
/// first there is the first. A picture of another size is made to fit, with its shape kept.
final class SheetMaker {
  private let layout: SheetLayout
  private let decoder: JPEGDecoder
  private let encoder: JPEGEncoder
  /// The last picture of the sheet before that could be decoded.
  private var carried: [UInt8]?

  init(_ layout: SheetLayout, quality: Int) throws(MediaError) {
    self.layout = layout
    decoder = try JPEGDecoder()
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
    let (width, height) = (layout.width, layout.height)
    do throws(MediaError) {
      if try decoder.decode(jpeg, onto: canvas, x: x, y: y, width: width, height: height) {
        return true
      }
      let picture = try decoder.decodePlanes(jpeg).picture
      canvas.fill(x: x, y: y, width: width, height: height, .init(0))
      canvas.draw(picture, fitting: (x, y, width, height))
      return true
    } catch {
      canvas.fill(x: x, y: y, width: width, height: height, .init(0))
      return false
    }
  }
}

extension PictureCanvas {
  /// Draws a picture into the middle of a rectangle with even sides, as large as it fits.
  func draw(_ picture: Picture, fitting room: (x: Int, y: Int, width: Int, height: Int)) {
    // One row or column less than the picture's is the odd one of a picture with odd sides.
    if picture.width & ~1 == room.width, picture.height & ~1 == room.height {
      return draw(picture.cut(width: room.width, height: room.height), x: room.x, y: room.y)
    }
    let isWide = picture.width * room.height >= picture.height * room.width
    let width =
      isWide ? room.width : max(picture.width * room.height / picture.height & ~1, 2)
    let height =
      isWide ? max(picture.height * room.width / picture.width & ~1, 2) : room.height
    let x = room.x + (room.width - width) / 2 & ~1
    let y = room.y + (room.height - height) / 2 & ~1
    draw(picture.scaled(width: width, height: height), x: x, y: y)
  }
}
