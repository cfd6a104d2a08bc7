// SPDX-License-Identifier: Apache-2.0
import CTurboJPEG

/// Decodes JPEGs to packed RGB, no larger than they are needed.
///
/// Owned by one component or thread at a time. Any input is safe: what can't be decoded throws.
@safe public final class JPEGDecoder {
  /// Largest picture decoded, in pixels: 64 Mi, a memory of 192 MiB.
  public static let pixelLimit = 64 << 20

  let decompressor: tjhandle
  private let factors: [tjscalingfactor]

  /// Starts a decompressor.
  ///
  /// - Throws: ``MediaError`` where memory is short.
  public init() throws(MediaError) {
    guard let decompressor = unsafe tjInitDecompress() else {
      throw MediaError(
        operation: "decode JPEG", subject: "decompressor", reason: turboJPEGReason(nil))
    }
    unsafe self.decompressor = decompressor
    var count: Int32 = 0
    let list = unsafe tjGetScalingFactors(&count)
    // Enlarging is the screen's work: only factors up to 1, smallest first.
    factors = unsafe UnsafeBufferPointer(start: list, count: Int(count))
      .filter { $0.num <= $0.denom }
      .sorted { $0.num * $1.denom < $1.num * $0.denom }
  }

  deinit { unsafe tjDestroy(decompressor) }

  /// Decodes a JPEG.
  ///
  /// - Parameters:
  ///   - jpeg: One complete JPEG file, colour or grey.
  ///   - room: Pixels that the picture is going to be shown in, with its shape kept. It is decoded
  ///     at the smallest eighth of its size that still fills this room in one direction; `nil`:
  ///     full size.
  /// - Returns: The picture; `isDamaged` where the data had faults that left something to show.
  /// - Throws: ``MediaError`` where it isn't a JPEG, or is too large.
  public func decode(
    _ jpeg: [UInt8], fitting room: (width: Int, height: Int)? = nil
  ) throws(MediaError) -> RGBPicture {
    let full = try size(of: jpeg)
    let size = scaledSize(of: full, fitting: room)
    guard size.width * size.height <= Self.pixelLimit else {
      throw failure(jpeg, "\(size.width)x\(size.height) is more than 64 Mi pixels")
    }
    var status: Int32 = 0
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) {
      output, count in
      // A cut JPEG leaves rows unwritten: they are grey, never old memory.
      unsafe output.initialize(repeating: 128)
      status = unsafe tjDecompress2(
        decompressor, jpeg, UInt(jpeg.count), output.baseAddress, Int32(size.width), 0,
        Int32(size.height), Int32(TJPF_RGB.rawValue), TJFLAG_LIMITSCANS)
      count = output.count
    }
    if status != 0 {
      let isWarning = unsafe tjGetErrorCode(decompressor) == Int32(TJERR_WARNING.rawValue)
      guard isWarning else { throw failure(jpeg, unsafe turboJPEGReason(decompressor)) }
    }
    return RGBPicture(
      width: size.width, height: size.height, pixels: pixels, isDamaged: status != 0)
  }

  /// Pixels a row and rows of a JPEG, by its header.
  ///
  /// - Throws: ``MediaError`` where it isn't a JPEG.
  public func size(of jpeg: [UInt8]) throws(MediaError) -> (width: Int, height: Int) {
    var (width, height, subsampling, colour): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let status = unsafe tjDecompressHeader3(
      decompressor, jpeg, UInt(jpeg.count), &width, &height, &subsampling, &colour)
    guard status == 0, width > 0, height > 0 else {
      throw failure(jpeg, unsafe turboJPEGReason(decompressor))
    }
    return (Int(width), Int(height))
  }

  private func scaledSize(
    of full: (width: Int, height: Int), fitting room: (width: Int, height: Int)?
  ) -> (width: Int, height: Int) {
    guard let room else { return full }
    for factor in factors {
      let (numerator, denominator) = (Int(factor.num), Int(factor.denom))
      // TurboJPEG's own rounding (TJSCALED), a macro that Swift can't import.
      let width = (full.width * numerator + denominator - 1) / denominator
      let height = (full.height * numerator + denominator - 1) / denominator
      if width >= room.width || height >= room.height { return (width, height) }
    }
    return full
  }

  func failure(_ jpeg: [UInt8], _ reason: String) -> MediaError {
    MediaError(operation: "decode JPEG", subject: "\(jpeg.count) bytes", reason: reason)
  }
}
