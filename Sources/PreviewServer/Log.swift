// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// Events with their facts, a line each on standard error: `previewd: client connected peer=...`.
public struct Log: Sendable {
  /// How much an event matters.
  public enum Level: Int, Comparable, Sendable {
    /// For finding faults.
    case debug
    /// What a server does all day.
    case info
    /// Something failed and was mended, or was the other side's doing.
    case warning
    /// Something failed.
    case error

    /// Less important first.
    public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
  }

  private let program: String
  private let least: Level

  /// A log that shows events of at least this level.
  public init(program: String, least: Level) {
    self.program = program
    self.least = least
  }

  /// Writes an event.
  public func callAsFunction(
    _ level: Level, _ event: String, _ facts: KeyValuePairs<String, String> = [:]
  ) {
    guard level >= least else { return }
    let details = facts.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
    complain("\(program): \(event)\(details)")
  }

  /// A value that can't be mistaken for anything else, whatever a client or a file put into it.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7f && $0 != "\"" && !(0x80..<0xa0).contains($0.value)
    }
    if isPlain, !value.isEmpty { return value }
    var quoted = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case " ": quoted += " "
      default:
        let isSafe =
          scalar.value > 0x20 && scalar.value != 0x7f && !(0x80..<0xa0).contains(scalar.value)
        quoted += isSafe ? "\(scalar)" : "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return quoted + "\""
  }
}
