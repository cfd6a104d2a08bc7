// SPDX-License-Identifier: Apache-2.0
import CTurboJPEG

extension JPEGDecoder {
  /// Decodes a JPEG to planes, without a detour over RGB.
  ///
  /// - Parameter jpeg: One complete JPEG file, colour or grey, of any sampling.
  /// - Returns: The picture at full size; `isDamaged` where the data had faults.
  /// - Throws: ``MediaError`` where it isn't a JPEG, is in printing colours, or is too large.
  public func decodePlanes(
    _ jpeg: [UInt8]
  ) throws(MediaError) -> (picture: Picture, isDamaged: Bool) {
    let facts = try header(of: jpeg)
    var isDamaged = false
    if facts.sampling == TJSAMP_420 {
      // The codec writes even numbers of columns and rows.
      let even = ((facts.width + 1) & ~1, (facts.height + 1) & ~1)
      let picture = try Picture(canvas: even.0, height: even.1) { canvas throws(MediaError) in
        isDamaged = try decode(jpeg, onto: canvas, x: 0, y: 0)
      }
      guard even != (facts.width, facts.height) else { return (picture, isDamaged) }
      return (picture.cut(width: facts.width, height: facts.height), isDamaged)
    }
    let planes = try nativePlanes(jpeg, facts, &isDamaged)
    let picture = Picture(width: facts.width, height: facts.height) { luma, blue, red in
      let strides = Picture.strides(width: facts.width)
      let half = ((facts.width + 1) / 2, (facts.height + 1) / 2)
      let full = (facts.width, facts.height)
      planes[0].cut(to: full).average(to: luma, full, stride: strides.luma)
      guard planes.count == 3 else { return }
      // Samples pair by pair: odd sides get their last one twice, padding goes.
      let pairs = planes[1].size.width > half.0 ? half.0 * 2 : min(planes[1].size.width, half.0)
      let rows = planes[1].size.height > half.1 ? half.1 * 2 : min(planes[1].size.height, half.1)
      planes[1].cut(to: (pairs, rows)).average(to: blue, half, stride: strides.chroma)
      planes[2].cut(to: (pairs, rows)).average(to: red, half, stride: strides.chroma)
    }
    return (picture, isDamaged)
  }

  /// Decodes a JPEG straight into a part of a picture that is being drawn, where it fits.
  ///
  /// - Parameters:
  ///   - jpeg: One complete JPEG file.
  ///   - canvas: Where to.
  ///   - x: Left edge, even.
  ///   - y: Upper edge, even.
  ///   - width: Pixels a row that it must have.
  ///   - height: Rows that it must have.
  /// - Returns: Whether it was decoded: false for a JPEG of another size, of odd sides, or not of
  ///   4:2:0 sampling; ``decodePlanes(_:)`` takes these.
  /// - Throws: ``MediaError`` where it isn't a JPEG; the part is in any state then.
  public func decode(
    _ jpeg: [UInt8], onto canvas: PictureCanvas, x: Int, y: Int, width: Int, height: Int
  ) throws(MediaError) -> Bool {
    precondition(
      x >= 0 && y >= 0 && x % 2 == 0 && y % 2 == 0 && x + width <= canvas.width
        && y + height <= canvas.height, "\(width)x\(height) at \(x), \(y) isn't in the picture")
    let facts = try header(of: jpeg)
    guard facts.sampling == TJSAMP_420, facts.width == width, facts.height == height,
      width % 2 == 0, height % 2 == 0
    else { return false }
    _ = try decode(jpeg, onto: canvas, x: x, y: y)
    return true
  }

  private typealias Facts = (width: Int, height: Int, sampling: TJSAMP)

  private func header(of jpeg: [UInt8]) throws(MediaError) -> Facts {
    var (width, height, sampling, colour): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    let status = unsafe tjDecompressHeader3(
      decompressor, jpeg, UInt(jpeg.count), &width, &height, &sampling, &colour)
    guard status == 0, width > 0, height > 0, sampling >= 0 else {
      throw failure(jpeg, unsafe turboJPEGReason(decompressor))
    }
    guard colour == Int32(TJCS_YCbCr.rawValue) || colour == Int32(TJCS_GRAY.rawValue) else {
      throw failure(jpeg, "its colours are neither YCbCr nor grey")
    }
    guard Int(width) * Int(height) <= Self.pixelLimit else {
      throw failure(jpeg, "\(width)x\(height) is more than 64 Mi pixels")
    }
    return (Int(width), Int(height), TJSAMP(UInt32(sampling)))
  }

  /// Decodes a 4:2:0 JPEG; true where its data had faults.
  private func decode(
    _ jpeg: [UInt8], onto canvas: PictureCanvas, x: Int, y: Int
  ) throws(MediaError) -> Bool {
    let chroma = y / 2 * canvas.chromaStride + x / 2
    var planes = unsafe [
      canvas.luma.baseAddress?.advanced(by: y * canvas.lumaStride + x),
      canvas.blue.baseAddress?.advanced(by: chroma),
      canvas.red.baseAddress?.advanced(by: chroma),
    ]
    let chromaStride = Int32(canvas.chromaStride)
    var strides = [Int32(canvas.lumaStride), chromaStride, chromaStride]
    let status = unsafe tjDecompressToYUVPlanes(
      decompressor, jpeg, UInt(jpeg.count), &planes, 0, &strides, 0, TJFLAG_LIMITSCANS)
    return try check(status, jpeg)
  }

  /// True where the data had faults that left something to show.
  private func check(_ status: Int32, _ jpeg: [UInt8]) throws(MediaError) -> Bool {
    guard status != 0 else { return false }
    let isWarning = unsafe tjGetErrorCode(decompressor) == Int32(TJERR_WARNING.rawValue)
    guard isWarning else { throw failure(jpeg, unsafe turboJPEGReason(decompressor)) }
    return true
  }

  private func nativePlanes(
    _ jpeg: [UInt8], _ facts: Facts, _ isDamaged: inout Bool
  ) throws(MediaError) -> [BytePlane] {
    let kind = Int32(facts.sampling.rawValue)
    let count = facts.sampling == TJSAMP_GRAY ? 1 : 3
    var sizes: [(width: Int, height: Int)] = []
    for plane in 0..<Int32(count) {
      sizes.append(
        (
          Int(tjPlaneWidth(plane, Int32(facts.width), kind)),
          Int(tjPlaneHeight(plane, Int32(facts.height), kind))
        ))
    }
    let total = sizes.reduce(0) { $0 + $1.width * $1.height }
    var bytes = [UInt8](repeating: 128, count: total)
    let status = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      var planes: [UnsafeMutablePointer<UInt8>?] = unsafe []
      for size in sizes {
        unsafe planes.append(start)
        unsafe start = start?.advanced(by: size.width * size.height)
      }
      return unsafe tjDecompressToYUVPlanes(
        decompressor, jpeg, UInt(jpeg.count), &planes, 0, nil, 0, TJFLAG_LIMITSCANS)
    }
    isDamaged = try check(status, jpeg)
    var planes: [BytePlane] = []
    var start = 0
    for size in sizes {
      let end = start + size.width * size.height
      planes.append(BytePlane(bytes: Array(bytes[start..<end]), size: size))
      start = end
    }
    return planes
  }
}
