// SPDX-License-Identifier: Apache-2.0

/// How large a picture comes out: square pixels, upright, even sides.
enum Geometry {
  /// Sides of the largest picture made, in pixels.
  static let largestSide = 8192

  /// The size on a screen with square pixels, upright.
  ///
  /// The wider side is stretched, never a side shrunk, as players do.
  static func displaySize(
    width: Int, height: Int, sampleAspect: Double, quarterTurns: Int
  ) -> (width: Int, height: Int) {
    let wide = Int((Double(width) * sampleAspect).rounded())
    return quarterTurns % 2 == 0 ? (max(wide, 1), height) : (height, max(wide, 1))
  }

  /// The size of an output picture: the width asked for, the height by the shape, both even.
  static func outputSize(
    askedWidth: Int, displayWidth: Int, displayHeight: Int
  ) -> (width: Int, height: Int) {
    let width = max(askedWidth & ~1, 2)
    let height = Double(width) * Double(displayHeight) / Double(max(displayWidth, 1))
    let even = Int((min(height, Double(largestSide)) / 2).rounded()) * 2
    return (width, max(even, 2))
  }
}
