// SPDX-License-Identifier: Apache-2.0
import CLinux

/// An open descriptor with one owner, closed when the owner lets go of it.
public struct Descriptor: ~Copyable, Sendable {
  /// The kernel's number, valid as long as this value lives.
  public let number: Int32

  /// Takes over an open descriptor.
  public init(_ number: Int32) { self.number = number }

  deinit { clinux_close(number) }

  /// Gives the descriptor up without closing it.
  public consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }
}
