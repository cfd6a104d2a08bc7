// SPDX-License-Identifier: Apache-2.0

/// Turns a picture's planes, in place, into full range BT.601, as JPEG files have it.
///
/// Video is BT.601 or BT.709 (BT.2020 is close to it), black at 16 and white at 235; full range is
/// black at 0 and white at 255.
struct ColourMap: Equatable {
  /// What the luma weights of red and blue were when the picture was coded.
  struct Weights: Equatable {
    let red: Double
    let blue: Double
    /// Standard definition.
    static let bt601 = Weights(red: 0.299, blue: 0.114)
    /// High definition.
    static let bt709 = Weights(red: 0.2126, blue: 0.0722)
    /// Ultra high definition.
    static let bt2020 = Weights(red: 0.2627, blue: 0.0593)
  }

  let weights: Weights
  let isFullRange: Bool

  /// Nothing is to be done.
  var isIdentity: Bool { weights == .bt601 && isFullRange }

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

  init(weights: Weights, isFullRange: Bool) {
    self.weights = weights
    self.isFullRange = isFullRange
    lumaTable = Self.table(isFullRange ? nil : (low: 16, span: 219, zero: 0))
    chromaTable = Self.table(isFullRange ? nil : (low: 128, span: 224, zero: 128))
    mix = Self.mix(from: weights)
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
    if weights == .bt601 { return }
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

  /// The matrix from the given weights' luma and colour differences to BT.601's.
  ///
  /// With R, G and B out of Y, Cb, Cr by one set of weights and back by the other: R = Y + a Cr,
  /// B = Y + b Cb, G = what is left of Y.
  private static func mix(from weights: Weights) -> Mix {
    func converted(blue: Double, red: Double) -> (luma: Double, blue: Double, red: Double) {
      let r = 2 * (1 - weights.red) * red
      let b = 2 * (1 - weights.blue) * blue
      let g = -(weights.red * r + weights.blue * b) / (1 - weights.red - weights.blue)
      let target = Weights.bt601
      let y = target.red * r + target.blue * b + (1 - target.red - target.blue) * g
      return (y, (b - y) / (2 * (1 - target.blue)), (r - y) / (2 * (1 - target.red)))
    }
    func fixed(_ value: Double) -> Int { Int((value * 65536).rounded()) }
    let ofBlue = converted(blue: 1, red: 0)
    let ofRed = converted(blue: 0, red: 1)
    return Mix(
      lumaOfBlue: fixed(ofBlue.luma), lumaOfRed: fixed(ofRed.luma),
      blueOfBlue: fixed(ofBlue.blue), blueOfRed: fixed(ofRed.blue),
      redOfBlue: fixed(ofBlue.red), redOfRed: fixed(ofRed.red))
  }
}
