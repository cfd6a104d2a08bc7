// SPDX-License-Identifier: Apache-2.0
public import Media

/// Decodes JPEGs into rectangles of a larger picture.
public struct CellPainter {
  /// A rectangle; place and sides are even.
  public typealias Cell = (x: Int, y: Int, width: Int, height: Int)

  private let decoder: JPEGDecoder

  /// Starts a decoder.
  public init() throws(MediaError) { decoder = try JPEGDecoder() }

  /// Draws a JPEG as large as it fits; false where it can't be decoded, the cell is black then.
  public func draw(_ jpeg: [UInt8], on canvas: PictureCanvas, in cell: Cell) -> Bool {
    let (x, y, width, height) = cell
    do throws(MediaError) {
      if try decoder.decode(jpeg, onto: canvas, x: x, y: y, width: width, height: height) {
        return true
      }
      let picture = try decoder.decodePlanes(jpeg).picture
      canvas.fill(x: x, y: y, width: width, height: height, .init(0))
      canvas.draw(picture, fitting: cell)
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
