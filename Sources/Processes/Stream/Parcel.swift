// SPDX-License-Identifier: Apache-2.0
public import Media

/// A frame with the descriptor that goes along with it into another process.
public struct Parcel: Sendable {
  /// What is said.
  public var frame: PreviewFrame
  /// A file, a socket; it stays open here as long as somebody else holds it.
  public var descriptor: SharedDescriptor?

  /// Puts both together.
  public init(_ frame: PreviewFrame, passing descriptor: SharedDescriptor? = nil) {
    self.frame = frame
    self.descriptor = descriptor
  }
}
