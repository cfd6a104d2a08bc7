// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A terminal that couldn't be used: what was tried, on what, and the system's error.
public struct TerminalError: Error, Equatable, Sendable {
  /// What was tried: "write to".
  public let operation: String
  /// What it was tried on: "standard output".
  public let subject: String
  /// The system's error number, or 0 where it is a matter of ours; then ``operation`` says all.
  public let code: Int32
}

extension TerminalError: CustomStringConvertible {
  /// "write to standard output: Broken pipe".
  public var description: String {
    guard code != 0, let text = unsafe strerror(code) else { return "\(operation) \(subject)" }
    return "\(operation) \(subject): \(unsafe String(cString: text))"
  }
}
