// SPDX-License-Identifier: Apache-2.0

/// An immutable picture: planar 4:2:0, 8 bits, full range BT.601, as JPEG files have it (JFIF).
///
/// Luma is `width` x `height`; each chroma plane is `(width + 1) / 2` x `(height + 1) / 2`. A row
/// is `lumaStride` or `chromaStride` bytes; what lies between the width and the stride is padding.
/// The three planes are one block of memory, freed with the picture.
///
/// Unchecked, because the planes are written only inside `init`, before anyone else has the object.
@safe public final class Picture: @unchecked Sendable {
  /// A plane to be drawn: rows from the top, stride by stride.
  public typealias Canvas = UnsafeMutableBufferPointer<UInt8>
  /// A plane to be read: rows from the top, stride by stride.
  public typealias Plane = UnsafeBufferPointer<UInt8>

  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes from one luma row to the next, a multiple of 64.
  public let lumaStride: Int
  /// Bytes from one chroma row to the next, a multiple of 32.
  public let chromaStride: Int

  private let storage: PixelMemory
  private let luma: Canvas
  private let blue: Canvas
  private let red: Canvas

  /// Makes a picture and lends its planes to `drawing`, once; they start black.
  ///
  /// - Parameters:
  ///   - width: Pixels a row, 1...65535.
  ///   - height: Rows, 1...65535.
  ///   - drawing: Fills luma, blue difference (Cb) and red difference (Cr). Called with the
  ///     strides already known: see `Picture.strides(width:)`.
  /// - Throws: What `drawing` throws; there is no picture then.
  @safe public init<E: Error>(
    width: Int, height: Int,
    drawing: (_ luma: Canvas, _ blue: Canvas, _ red: Canvas) throws(E) -> Void
  ) throws(E) {
    precondition(1...65535 ~= width && 1...65535 ~= height, "no picture is \(width) x \(height)")
    self.width = width
    self.height = height
    (lumaStride, chromaStride) = Picture.strides(width: width)

    // Scalers write whole vectors: 64 spare bytes keep the last row's within the plane.
    let lumaCount = lumaStride * height
    let chromaCount = chromaStride * ((height + 1) / 2)
    let lumaRoom = (lumaCount + 127) & ~63
    let chromaRoom = (chromaCount + 127) & ~63
    let roomForAll = lumaRoom + 2 * chromaRoom
    storage = PixelMemory(byteCount: roomForAll)
    let bytes = unsafe storage.bytes
    if !storage.isZero { unsafe bytes[..<lumaRoom].update(repeating: 0) }
    unsafe bytes[lumaRoom...].update(repeating: 128)
    unsafe luma = Canvas(rebasing: bytes[..<lumaCount])
    unsafe blue = Canvas(rebasing: bytes[lumaRoom..<lumaRoom + chromaCount])
    let redStart = lumaRoom + chromaRoom
    unsafe red = Canvas(rebasing: bytes[redStart..<redStart + chromaCount])
    try unsafe drawing(luma, blue, red)
  }

  /// Columns of a chroma plane.
  public var chromaWidth: Int { (width + 1) / 2 }
  /// Rows of a chroma plane.
  public var chromaHeight: Int { (height + 1) / 2 }

  /// Bytes a row of a picture this wide has, luma and chroma.
  public static func strides(width: Int) -> (luma: Int, chroma: Int) {
    let luma = (width + 63) & ~63
    return (luma, luma / 2)
  }

  /// Lends the planes for reading, to the end of `body` only.
  @safe public func withPlanes<Result, E: Error>(
    _ body: (_ luma: Plane, _ blue: Plane, _ red: Plane) throws(E) -> Result
  ) throws(E) -> Result {
    try unsafe body(Plane(luma), Plane(blue), Plane(red))
  }
}
