// SPDX-License-Identifier: Apache-2.0

/// Turns a picture's planes, in place, into full range BT.601, as JPEG files have it.
///
/// Video is coded by one of several matrices, black at 16 and white at 235; full range is black at 0
/// and white at 255.
struct ColourMap: Equatable {
  let matrix: ColourMatrix
  let isFullRange: Bool

  /// Nothing is to be done.
  var isIdentity: Bool { matrix == .bt601 && isFullRange }

  // Full range values of limited range ones; identities where the range is full already.
  private let lumaTable: [UInt8]
  private let chromaTable: [UInt8]
  /// What a pixel's colour adds to the luma and the other colour difference, in 1/65536.
  private let mix: Mix

  private struct Mix: Equatable {
    var lumaOfBlue = 0
    var lumaOfRed = 0
    var blueOfBlue = 65536
    var blueOfRed = 0
    var redOfBlue = 0
    var redOfRed = 65536
  }

  init(matrix: ColourMatrix, isFullRange: Bool) {
    self.matrix = matrix
    self.isFullRange = isFullRange
    lumaTable = Self.table(isFullRange ? nil : (low: 16, span: 219, zero: 0))
    chromaTable = Self.table(isFullRange ? nil : (low: 128, span: 224, zero: 128))
    mix = Self.mix(from: matrix)
  }

  /// Maps the planes; chroma has half the rows and columns.
  func apply(
    luma: UnsafeMutableBufferPointer<UInt8>, blue: UnsafeMutableBufferPointer<UInt8>,
    red: UnsafeMutableBufferPointer<UInt8>, width: Int, height: Int, lumaStride: Int,
    chromaStride: Int
  ) {
    if isIdentity { return }
    unsafe Self.look(up: lumaTable, in: luma)
    unsafe Self.look(up: chromaTable, in: blue)
    unsafe Self.look(up: chromaTable, in: red)
    if matrix == .bt601 { return }
    for row in 0..<(height + 1) / 2 {
      for column in 0..<(width + 1) / 2 {
        let chroma = row * chromaStride + column
        let b = unsafe Int(blue[chroma]) - 128
        let r = unsafe Int(red[chroma]) - 128
        let add = (mix.lumaOfBlue * b + mix.lumaOfRed * r + 32768) >> 16
        unsafe blue[chroma] = Self.clip(
          128 + (mix.blueOfBlue * b + mix.blueOfRed * r + 32768) >> 16)
        unsafe red[chroma] = Self.clip(128 + (mix.redOfBlue * b + mix.redOfRed * r + 32768) >> 16)
        if add == 0 { continue }
        for line in 2 * row..<min(2 * row + 2, height) {
          let first = line * lumaStride + 2 * column
          unsafe luma[first] = Self.clip(Int(luma[first]) + add)
          if 2 * column + 1 < width {
            unsafe luma[first + 1] = Self.clip(Int(luma[first + 1]) + add)
          }
        }
      }
    }
  }

  private static func look(up table: [UInt8], in plane: UnsafeMutableBufferPointer<UInt8>) {
    unsafe table.withUnsafeBufferPointer { table in
      for index in plane.indices {
        unsafe plane[index] = table[Int(plane[index])]
      }
    }
  }

  private static func clip(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 255)) }

  private static func table(_ range: (low: Int, span: Int, zero: Int)?) -> [UInt8] {
    (0...255).map { value in
      guard let range else { return UInt8(value) }
      let full = Double(value - range.low) * 255 / Double(range.span) + Double(range.zero)
      return clip(Int(full.rounded()))
    }
  }

  /// What luma and colour differences become BT.601's: out to red, green and blue, and back.
  private static func mix(from matrix: ColourMatrix) -> Mix {
    let change = ColourMatrix.bt601.toRGB.inverse * matrix.toRGB
    func fixed(_ value: Double) -> Int { Int((value * 65536).rounded()) }
    return Mix(
      lumaOfBlue: fixed(change.rows.0.y), lumaOfRed: fixed(change.rows.0.z),
      blueOfBlue: fixed(change.rows.1.y), blueOfRed: fixed(change.rows.1.z),
      redOfBlue: fixed(change.rows.2.y), redOfRed: fixed(change.rows.2.z))
  }
}
