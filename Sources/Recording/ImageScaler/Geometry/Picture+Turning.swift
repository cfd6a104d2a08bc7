// SPDX-License-Identifier: Apache-2.0
import Media

extension Picture {
  /// The picture mirrored left to right where wanted, then turned clockwise by 0...3 quarters.
  func turned(quarters: Int, isMirrored: Bool = false) -> Picture {
    if quarters == 0, !isMirrored { return self }
    let lies = quarters % 2 == 1
    let (newWidth, newHeight) = lies ? (height, width) : (width, height)
    let target = Picture.strides(width: newWidth)
    let turn = Turn(quarters: quarters, isMirrored: isMirrored)
    return withPlanes { luma, blue, red in
      Picture(width: newWidth, height: newHeight) { newLuma, newBlue, newRed in
        unsafe turn.apply(
          luma, stride: lumaStride, width: width, height: height, into: newLuma,
          newStride: target.luma)
        unsafe turn.apply(
          blue, stride: chromaStride, width: chromaWidth, height: chromaHeight, into: newBlue,
          newStride: target.chroma)
        unsafe turn.apply(
          red, stride: chromaStride, width: chromaWidth, height: chromaHeight, into: newRed,
          newStride: target.chroma)
      }
    }
  }
}

/// Which pixel goes where.
private struct Turn {
  let quarters: Int
  let isMirrored: Bool

  func apply(
    _ plane: Picture.Plane, stride: Int, width: Int, height: Int, into new: Picture.Canvas,
    newStride: Int
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let across = isMirrored ? width - 1 - column : column
        let (newRow, newColumn) =
          switch quarters {
          case 1: (across, height - 1 - row)
          case 2: (height - 1 - row, width - 1 - across)
          case 3: (width - 1 - across, row)
          default: (row, across)
          }
        unsafe new[newRow * newStride + newColumn] = plane[row * stride + column]
      }
    }
  }
}
