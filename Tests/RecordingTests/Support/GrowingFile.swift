// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file that grows as a recording does: a finished one, copied slice by slice.
final class GrowingFile {
  let path: String
  private let bytes: [UInt8]
  private(set) var written = 0
  private let descriptor: Int32

  /// An empty file that is going to have these bytes.
  init(_ bytes: [UInt8], ending: String) {
    self.bytes = bytes
    var template = Array("/tmp/growing-XXXXXX.\(ending)".utf8CString)
    descriptor = unsafe mkstemps(&template, Int32(ending.utf8.count + 1))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    close(descriptor)
    unsafe unlink(path)
  }

  var isWhole: Bool { written == bytes.count }

  /// Adds so many bytes, as far as there are any.
  func grow(by count: Int) {
    var rest = bytes[written..<min(bytes.count, written + count)]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
      written += count
    }
  }

  /// Cuts it.
  func shrink(to count: Int) { ftruncate(descriptor, count) }
}

/// Numbers that look like chance, the same in each run.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
