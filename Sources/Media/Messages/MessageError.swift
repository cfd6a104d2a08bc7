// SPDX-License-Identifier: Apache-2.0

/// A message that can't be understood, or asks for what isn't allowed.
public struct MessageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The field at fault: "Width"; of the message as a whole, its name: "request".
  public let field: String
  /// What it said; `nil` where it is missing.
  public let value: String?
  /// What it may be: "16 to 4096".
  public let allowed: String

  /// States one fault.
  public init(field: String, value: String?, allowed: String) {
    self.field = field
    self.value = value
    self.allowed = allowed
  }

  /// The whole sentence: "Width is 9000: must be 16 to 4096".
  public var description: String {
    guard let value else { return "\(field) is missing: must be \(allowed)" }
    return "\(field) is '\(value)': must be \(allowed)"
  }
}
