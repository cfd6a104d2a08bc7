// SPDX-License-Identifier: Apache-2.0

/// How red, green and blue were made luma and two colour differences.
///
/// Values as fractions: luma 0...1, differences -0.5...0.5.
struct ColourMatrix: Equatable {
  /// Rows red, green, blue; columns luma and the differences in the order of their planes.
  let toRGB: Matrix3

  /// The usual kind: luma is a mean of the three, the differences are blue's and red's to it.
  ///
  /// - Parameters:
  ///   - red: Red's weight in luma.
  ///   - blue: Blue's weight in luma.
  init(red: Double, blue: Double) {
    let (ofRed, ofBlue) = (2 * (1 - red), 2 * (1 - blue))
    let green = 1 - red - blue
    toRGB = Matrix3(
      [1, 0, ofRed], [1, -blue * ofBlue / green, -red * ofRed / green], [1, ofBlue, 0])
  }

  private init(toRGB: Matrix3) { self.toRGB = toRGB }

  // The numbers are those of ITU-T H.273, table 4.

  /// Standard definition, and JPEG.
  static let bt601 = ColourMatrix(red: 0.299, blue: 0.114)
  /// High definition.
  static let bt709 = ColourMatrix(red: 0.2126, blue: 0.0722)
  /// Ultra high definition.
  static let bt2020 = ColourMatrix(red: 0.2627, blue: 0.0593)
  /// American standard definition before BT.601.
  static let fcc = ColourMatrix(red: 0.30, blue: 0.11)
  /// American high definition before BT.709.
  static let smpte240m = ColourMatrix(red: 0.212, blue: 0.087)
  /// Differences are green's and orange's, for screen recordings.
  static let ycgco = ColourMatrix(toRGB: Matrix3([1, -1, 1], [1, 1, 0], [1, -1, -1]))
}
