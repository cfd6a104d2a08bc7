// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Memory for planes and JPEGs, with an alignment of 64 bytes.
///
/// Large blocks come from the kernel and go back to it at once. The C library would keep them after
/// the first few, in pieces between small ones: making the sheets of ten recordings took 130 MB so,
/// and takes 57.
@safe final class PixelMemory {
  /// Blocks of so many bytes and more come from the kernel, and are zero then.
  private static let largeByteCount = 4 << 20

  let bytes: UnsafeMutableBufferPointer<UInt8>
  /// Every byte is 0 from the beginning; if not, they are anything.
  let isZero: Bool

  init(byteCount: Int) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let isLarge = byteCount >= Self.largeByteCount
    let mapped = unsafe isLarge ? mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0) : nil
    // Where the kernel has no more, the allocator below says so.
    isZero = unsafe mapped != nil && mapped != UnsafeMutableRawPointer(bitPattern: -1)
    let start =
      unsafe isZero
      ? mapped : UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
    unsafe bytes = UnsafeMutableBufferPointer(
      start: start?.bindMemory(to: UInt8.self, capacity: byteCount), count: byteCount)
  }

  deinit {
    if isZero {
      unsafe munmap(bytes.baseAddress, bytes.count)
    } else {
      unsafe bytes.baseAddress.map { unsafe UnsafeMutableRawPointer($0).deallocate() }
    }
  }
}
