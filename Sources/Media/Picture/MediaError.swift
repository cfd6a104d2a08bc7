// SPDX-License-Identifier: Apache-2.0

/// What went wrong with a picture, a sound or a file: what was tried, with what, and why not.
public struct MediaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: "decode JPEG".
  public let operation: String
  /// What it was tried with: a path, a title, "1,234 bytes".
  public let subject: String
  /// Why it failed and, where something can be done, what.
  public let reason: String

  /// States one failure.
  public init(operation: String, subject: String, reason: String) {
    self.operation = operation
    self.subject = subject
    self.reason = reason
  }

  /// The whole sentence: "open a.mpg: No such file or directory".
  public var description: String { "\(operation) \(subject): \(reason)" }
}
