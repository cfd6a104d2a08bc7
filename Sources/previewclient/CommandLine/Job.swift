// SPDX-License-Identifier: Apache-2.0
import Media
import Terminal

/// What the command line asks for.
struct Job: Sendable {
  /// Where frames come from.
  enum Origin: Sendable {
    /// A server, and what it is asked.
    case server(host: String, port: UInt16, PreviewRequest)
    /// A frame stream on standard input.
    case standardInput
  }

  /// What becomes of the answer.
  enum Purpose: Sendable {
    /// Recordings are listed on standard output.
    case list
    /// Pictures are drawn, saved into a folder, or both.
    case pictures(render: RenderMode?, folder: String?)
    /// Sound is played through the first driver that opens; some write a file.
    case sound(drivers: [String], file: String?)
  }

  var origin: Origin
  var purpose: Purpose
  /// The operand, for complaints.
  var name: String
}
