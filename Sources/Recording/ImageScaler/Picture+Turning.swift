// SPDX-License-Identifier: Apache-2.0
import Media

extension Picture {
  /// The picture turned clockwise by so many quarters, 0...3.
  func turned(quarters: Int) -> Picture {
    let lies = quarters % 2 == 1
    let (newWidth, newHeight) = lies ? (height, width) : (width, height)
    let target = Picture.strides(width: newWidth)
    return withPlanes { luma, blue, red in
      Picture(width: newWidth, height: newHeight) { newLuma, newBlue, newRed in
        unsafe Self.turn(
          luma, stride: lumaStride, width: width, height: height, quarters: quarters,
          into: newLuma, newStride: target.luma)
        unsafe Self.turn(
          blue, stride: chromaStride, width: chromaWidth, height: chromaHeight, quarters: quarters,
          into: newBlue, newStride: target.chroma)
        unsafe Self.turn(
          red, stride: chromaStride, width: chromaWidth, height: chromaHeight, quarters: quarters,
          into: newRed, newStride: target.chroma)
      }
    }
  }

  private static func turn(
    _ plane: Plane, stride: Int, width: Int, height: Int, quarters: Int, into new: Canvas,
    newStride: Int
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let (newRow, newColumn) =
          switch quarters {
          case 1: (column, height - 1 - row)
          case 2: (height - 1 - row, width - 1 - column)
          case 3: (width - 1 - column, row)
          default: (row, column)
          }
        unsafe new[newRow * newStride + newColumn] = plane[row * stride + column]
      }
    }
  }
}
