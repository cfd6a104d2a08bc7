// SPDX-License-Identifier: Apache-2.0

/// The planes of a picture while it is drawn; what lies outside is cut off.
///
/// Valid only within the closure that ``Picture/init(canvas:height:drawing:)`` calls.
@safe public struct PictureCanvas {
  /// A colour as JPEG files have it: full range BT.601.
  public struct Colour: Equatable, Sendable {
    /// Brightness, blue difference, red difference; 128 is none of the differences.
    public var luma, blue, red: UInt8

    /// A grey, or a colour.
    public init(_ luma: UInt8, blue: UInt8 = 128, red: UInt8 = 128) {
      self.luma = luma
      self.blue = blue
      self.red = red
    }
  }

  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  let lumaStride: Int
  let chromaStride: Int
  let luma: Picture.Canvas
  let blue: Picture.Canvas
  let red: Picture.Canvas

  /// Fills a rectangle.
  public func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
    let (left, right) = (max(x, 0), min(x + width, self.width))
    let (top, bottom) = (max(y, 0), min(y + height, self.height))
    guard left < right, top < bottom else { return }
    for row in top..<bottom {
      let start = row * lumaStride
      unsafe luma[start + left..<start + right].update(repeating: colour.luma)
    }
    for row in top / 2..<(bottom + 1) / 2 {
      let range = row * chromaStride + left / 2..<row * chromaStride + (right + 1) / 2
      unsafe blue[range].update(repeating: colour.blue)
      unsafe red[range].update(repeating: colour.red)
    }
  }

  /// Mixes a colour into a pixel; into the colour of its block of 2 x 2 by as much.
  ///
  /// - Parameters:
  ///   - x: Column.
  ///   - y: Row.
  ///   - colour: What is mixed in.
  ///   - share: How much, 0...256.
  public func mix(x: Int, y: Int, _ colour: Colour, share: Int) {
    guard 0..<width ~= x, 0..<height ~= y, share > 0 else { return }
    unsafe mix(luma, y * lumaStride + x, colour.luma, share)
    unsafe mix(blue, y / 2 * chromaStride + x / 2, colour.blue, share)
    unsafe mix(red, y / 2 * chromaStride + x / 2, colour.red, share)
  }

  private func mix(_ plane: Picture.Canvas, _ place: Int, _ value: UInt8, _ share: Int) {
    let old = unsafe Int(plane[place])
    unsafe plane[place] = UInt8(clamping: old + (Int(value) - old) * share / 256)
  }

  /// Copies a picture, its corner at an even place.
  public func draw(_ picture: Picture, x: Int, y: Int) {
    precondition(x >= 0 && y >= 0 && x % 2 == 0 && y % 2 == 0, "a picture can't lie at \(x), \(y)")
    let columns = min(picture.width, width - x)
    let rows = min(picture.height, height - y)
    guard columns > 0, rows > 0 else { return }
    picture.withPlanes { fromLuma, fromBlue, fromRed in
      for row in 0..<rows {
        let (from, to) = (row * picture.lumaStride, (y + row) * lumaStride + x)
        unsafe copy(fromLuma, from, luma, to, columns)
      }
      for row in 0..<(rows + 1) / 2 {
        let (from, to) = (row * picture.chromaStride, (y / 2 + row) * chromaStride + x / 2)
        unsafe copy(fromBlue, from, blue, to, (columns + 1) / 2)
        unsafe copy(fromRed, from, red, to, (columns + 1) / 2)
      }
    }
  }

  private func copy(
    _ source: Picture.Plane, _ from: Int, _ target: Picture.Canvas, _ to: Int, _ count: Int
  ) {
    _ = unsafe UnsafeMutableBufferPointer(rebasing: target[to..<to + count])
      .update(fromContentsOf: source[from..<from + count])
  }
}

extension Picture {
  /// Makes a picture and lends a canvas of it to `drawing`, once; it starts black.
  ///
  /// - Parameters:
  ///   - width: Pixels a row, 1...65535.
  ///   - height: Rows, 1...65535.
  ///   - drawing: Draws; the canvas ends with it.
  /// - Throws: What `drawing` throws; there is no picture then.
  public convenience init<E: Error>(
    canvas width: Int, height: Int, drawing: (_ canvas: PictureCanvas) throws(E) -> Void
  ) throws(E) {
    let strides = Picture.strides(width: width)
    try self.init(width: width, height: height) { luma, blue, red throws(E) in
      try unsafe drawing(
        PictureCanvas(
          width: width, height: height, lumaStride: strides.luma, chromaStride: strides.chroma,
          luma: luma, blue: blue, red: red))
    }
  }
}
