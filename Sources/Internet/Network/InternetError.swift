// SPDX-License-Identifier: Apache-2.0
import CLinux

/// Something on the network failed: what was done, with whom, and why it failed.
public struct InternetError: Error, Equatable, CustomStringConvertible {
  /// What was tried: "connect to", "listen on".
  public let operation: String
  /// The peer or the address.
  public let subject: String
  /// Why it failed, and what helps where that is known.
  public let reason: String
  /// The C library's error number; 0 when the reason is another.
  public let code: Int32

  init(_ operation: String, _ subject: String, reason: String) {
    self.operation = operation
    self.subject = subject
    self.reason = reason
    code = 0
  }

  init(_ operation: String, _ subject: String, code: Int32) {
    self.operation = operation
    self.subject = subject
    self.code = code
    reason = unsafe clinux_error_text(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// "connect to 127.0.0.1:1616: Connection refused".
  public var description: String { "\(operation) \(subject): \(reason)" }
}
