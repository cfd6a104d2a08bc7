// SPDX-License-Identifier: Apache-2.0

/// A decoded picture for a screen: packed RGB, 8 bits each, rows from the top with no padding.
public struct RGBPicture: Equatable, Sendable {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `width * height * 3` bytes: red, green, blue, pixel by pixel.
  public let pixels: [UInt8]
  /// The JPEG had faults; some of the picture is guessed.
  public let isDamaged: Bool

  /// Makes a picture of `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8], isDamaged: Bool = false) {
    precondition(
      pixels.count == width * height * 3, "\(pixels.count) bytes aren't \(width)x\(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.isDamaged = isDamaged
  }
}
