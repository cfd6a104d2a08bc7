// SPDX-License-Identifier: Apache-2.0

/// A command line that can't be obeyed: which command, and what is wrong with it.
public struct UsageError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Fault: Equatable, Sendable {
    /// The program wants a command and got none.
    case missingCommand
    /// No command has this name.
    case unknownCommand(String, nearest: String?)
    /// No option has this name, dashes included.
    case unknownOption(String, nearest: String?)
    /// The option stands last but wants a value.
    case missingValue(option: String, placeholder: String)
    /// The option takes no value but got one.
    case unexpectedValue(option: String, value: String)
    /// The value of an option, environment variable or operand isn't allowed.
    case badValue(source: String, value: String, placeholder: String, allowed: String)
    /// An operand that must be there isn't.
    case missingOperand(String)
    /// One operand more than the command takes.
    case extraOperand(String)
    /// Options that are fine one by one but not together.
    case conflict(String)
    /// An argument that isn't UTF-8, counted from 1.
    case notText(argument: Int)
  }

  /// Exit status for it: 64, "misused".
  public static let exitCode: Int32 = 64

  /// The command as typed: `previewd serve`.
  public let command: String
  /// What is wrong.
  public let fault: Fault

  /// Makes an error of a command.
  public init(command: String, fault: Fault) {
    self.command = command
    self.fault = fault
  }
}

extension UsageError: CustomStringConvertible {
  /// Two lines: what is wrong, and where help is.
  public var description: String {
    "\(command): \(complaint)\nTry '\(command) --help'."
  }

  private var complaint: String {
    switch fault {
    case .missingCommand: "a command is missing"
    case .unknownCommand(let name, let nearest): "no command \(quoted(name))\(hint(nearest))"
    case .unknownOption(let name, let nearest): "no option \(quoted(name))\(hint(nearest))"
    case .missingValue(let option, let placeholder): "\(option): \(placeholder) is missing"
    case .unexpectedValue(let option, let value): "\(option) takes no value, not \(quoted(value))"
    case .badValue(let source, let value, let placeholder, let allowed):
      if source == placeholder {
        "\(quoted(value)): \(placeholder) is \(allowed)"
      } else {
        "\(source) \(quoted(value)): \(placeholder) is \(allowed)"
      }
    case .missingOperand(let name): "\(name) is missing"
    case .extraOperand(let value): "one operand too many: \(quoted(value))"
    case .conflict(let what): what
    case .notText(let argument): "argument \(argument) is not UTF-8"
    }
  }

  private func hint(_ nearest: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? ""
  }
}

/// A text in quotes, its control characters written out, so that an argument from a hostile
/// script or file name can't drive the terminal that shows the complaint.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: result += "\\x" + String(scalar.value, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
