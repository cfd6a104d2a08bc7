// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into lines, wherever its pieces were cut.
///
/// A line ends with LF or CR LF, which is left out. What is no UTF-8 is repaired. A line longer than
/// the limit comes in pieces, so that no input takes all memory.
public struct LineCutter: Sendable {
  /// Most bytes of a line.
  public let longest: Int
  private var rest: Bytes = []

  /// A cutter that holds nothing.
  ///
  /// - Parameter longest: bytes, at least 1.
  public init(longest: Int = 1 << 20) {
    precondition(longest > 0, "a line must be at least 1 byte long, not \(longest)")
    self.longest = longest
  }

  /// The lines that these bytes complete.
  public mutating func lines(in bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        lines.append(takeRest())
      } else {
        if rest.count >= longest { lines.append(takeRest()) }
        rest.append(byte)
      }
    }
    return lines
  }

  /// What came after the last line's end; `nil` when that was nothing.
  public mutating func lastLine() -> String? { rest.isEmpty ? nil : takeRest() }

  private mutating func takeRest() -> String {
    defer { rest.removeAll(keepingCapacity: rest.count < 4096) }
    return String(decoding: rest, as: UTF8.self)
  }
}
