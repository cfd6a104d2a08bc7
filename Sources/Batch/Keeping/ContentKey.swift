// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Media
internal import Outputs

/// What tells a recording from every other one, wherever it lies and whatever it is called.
///
/// Its size, and a hash (FNV-1a, 64 bits) of its first and last 64 KiB and of 4 KiB at up to 64 places
/// between, 4 MiB or more apart: reading 400 KiB at most finds what was cut, added to, or begun anew,
/// not what was replaced in place between two samples.
public struct ContentKey: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of the recording.
  public let byteCount: Int64
  let hash: UInt64

  private static let edge = 64 << 10
  private static let sample = 4 << 10
  private static let leastStride: Int64 = 4 << 20
  private static let samples: Int64 = 64

  /// Size and hash in 16 hexadecimal digits each.
  public var description: String { Hexadecimal.text(UInt64(byteCount)) + Hexadecimal.text(hash) }

  /// Reads the samples; the descriptor's own offset is neither used nor changed.
  ///
  /// - Parameters:
  ///   - descriptor: Open for reading, a plain file.
  ///   - name: What errors call it.
  /// - Throws: ``MediaError`` where the file can't be read.
  public init(descriptor: Int32, name: String) throws(MediaError) {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw Paths.systemError("read", name) }
    let size = Int64(facts.st_size)
    var hash = FNV1a()
    try Self.add(0, Self.edge, of: descriptor, name, to: &hash)
    if size > Int64(Self.edge) {
      // Whole pages, as the kernel reads them.
      let stride = max(Self.leastStride, size / Self.samples / 4096 * 4096)
      var position = stride
      while position < size - Int64(Self.edge) {
        try Self.add(position, Self.sample, of: descriptor, name, to: &hash)
        position += stride
      }
      let tail = max(Int64(Self.edge), size - Int64(Self.edge))
      try Self.add(tail, Self.edge, of: descriptor, name, to: &hash)
    }
    byteCount = size
    self.hash = hash.value
  }

  private static func add(
    _ position: Int64, _ count: Int, of descriptor: Int32, _ name: String, to hash: inout FNV1a
  ) throws(MediaError) {
    hash.add(try readBytes(count, at: Int(position), of: descriptor, subject: name))
  }
}

/// A fast hash of few bytes, for telling things apart that nobody forges.
struct FNV1a {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}

enum Hexadecimal {
  /// Sixteen digits.
  static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
