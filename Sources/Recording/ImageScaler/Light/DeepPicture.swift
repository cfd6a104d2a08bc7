// SPDX-License-Identifier: Apache-2.0

/// A planar 4:4:4 picture of 16 bits, to be scaled into.
@safe final class DeepPicture {
  let width: Int
  let height: Int
  /// Values from one row to the next.
  let stride: Int

  private let storage: UnsafeMutablePointer<UInt16>
  private let planeCount: Int

  /// Makes a picture whose content isn't defined yet.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    stride = (width + 31) & ~31
    // Scalers write whole vectors: spare room keeps the last row's within the plane.
    planeCount = stride * height + 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 6 * planeCount, alignment: 64)
    unsafe storage = raw.bindMemory(to: UInt16.self, capacity: 3 * planeCount)
    unsafe storage.initialize(repeating: 0, count: 3 * planeCount)
  }

  deinit { unsafe storage.deallocate() }

  /// Where luma and the two colour differences begin.
  var planes: [UnsafeMutablePointer<UInt8>?] {
    unsafe (0..<3).map { plane in
      unsafe UnsafeMutableRawPointer(storage + plane * planeCount)
        .assumingMemoryBound(to: UInt8.self)
    }
  }

  /// One pixel's luma and colour differences.
  func values(row: Int, column: Int) -> (UInt16, UInt16, UInt16) {
    let place = unsafe storage + row * stride + column
    return unsafe (place[0], place[planeCount], place[2 * planeCount])
  }

  /// Sets one pixel.
  func set(row: Int, column: Int, _ values: (UInt16, UInt16, UInt16)) {
    let place = unsafe storage + row * stride + column
    unsafe place[0] = values.0
    unsafe place[planeCount] = values.1
    unsafe place[2 * planeCount] = values.2
  }
}
