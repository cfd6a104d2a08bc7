// SPDX-License-Identifier: Apache-2.0
internal import CLinux
public import Internet

/// An open descriptor with several owners, closed when the last one lets go of it.
public final class SharedDescriptor: Sendable {
  /// The kernel's number, valid as long as this object lives.
  public let number: Int32

  /// Takes over an open descriptor.
  public init(_ descriptor: consuming Descriptor) { number = descriptor.release() }

  deinit { clinux_close(number) }

  /// Another descriptor for the same open file, with an owner of its own.
  ///
  /// - Returns: `nil` when the process is out of descriptors.
  public func duplicate() -> Descriptor? {
    let copy = clinux_duplicate(number)
    return copy < 0 ? nil : Descriptor(copy)
  }
}
