// SPDX-License-Identifier: Apache-2.0
import CTurboJPEG

/// Makes baseline 4:2:0 JPEGs of pictures; one object for many, its buffers stay warm.
///
/// Owned by one component or thread at a time.
@safe public final class JPEGEncoder {
  /// 1 (small) to 100 (good), the scale of libjpeg.
  public let quality: Int

  private let compressor: tjhandle
  private var buffer = PixelMemory(byteCount: 0)

  /// Starts a compressor.
  ///
  /// - Parameter quality: 1...100.
  /// - Throws: ``MediaError`` where the quality is out of range or memory is short.
  public init(quality: Int) throws(MediaError) {
    guard 1...100 ~= quality else {
      throw MediaError(
        operation: "encode JPEG", subject: "quality \(quality)", reason: "must be 1 to 100")
    }
    guard let compressor = unsafe tjInitCompress() else {
      throw MediaError(
        operation: "encode JPEG", subject: "quality \(quality)", reason: turboJPEGReason(nil))
    }
    self.quality = quality
    unsafe self.compressor = compressor
  }

  deinit { unsafe tjDestroy(compressor) }

  /// One complete JPEG file of the picture.
  ///
  /// - Throws: ``MediaError`` where the picture is larger than 65,500 a side, JPEG's limit.
  public func encode(_ picture: Picture) throws(MediaError) -> [UInt8] {
    let width = Int32(picture.width)
    let height = Int32(picture.height)
    let subsampling = Int32(TJSAMP_420.rawValue)
    let room = tjBufSize(width, height, subsampling)
    // The worst case is ten times what is written: pages never touched take no memory.
    if room != .max, unsafe buffer.bytes.count < Int(room) {
      buffer = PixelMemory(byteCount: Int(room))
    }

    var size = unsafe UInt(buffer.bytes.count)
    let strides = [
      Int32(picture.lumaStride), Int32(picture.chromaStride), Int32(picture.chromaStride),
    ]
    let status = picture.withPlanes { luma, blue, red in
      var start = unsafe buffer.bytes.baseAddress
      var planes = unsafe [luma.baseAddress, blue.baseAddress, red.baseAddress]
      // NOREALLOC: the buffer is ours and holds the worst case of this size.
      return unsafe tjCompressFromYUVPlanes(
        compressor, &planes, width, strides, height, subsampling, &start, &size, Int32(quality),
        TJFLAG_NOREALLOC)
    }
    guard status == 0 else {
      throw MediaError(
        operation: "encode JPEG", subject: "\(width)x\(height)",
        reason: unsafe turboJPEGReason(compressor))
    }
    return unsafe Array(buffer.bytes[..<Int(size)])
  }
}

/// TurboJPEG's own words on its last failure.
func turboJPEGReason(_ handle: tjhandle?) -> String {
  unsafe String(cString: tjGetErrorStr2(handle))
}
