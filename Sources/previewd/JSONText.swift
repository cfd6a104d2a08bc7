// SPDX-License-Identifier: Apache-2.0

/// A JSON value and its text (RFC 8259); fields stay in the order in which they were given.
enum JSONText {
  case null
  case text(String)
  case number(Int)
  case decimal(Double)
  case flag(Bool)
  case list([JSONText])
  case object(KeyValuePairs<String, JSONText>)

  /// A text, or null.
  init(_ text: String?) { self = text.map(JSONText.text) ?? .null }

  /// On one line.
  var line: String {
    switch self {
    case .null: "null"
    case .text(let text): Self.quoted(text)
    case .number(let number): "\(number)"
    case .decimal(let number): number.isFinite ? "\(number)" : "null"
    case .flag(let flag): flag ? "true" : "false"
    case .list(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
    case .object(let fields):
      "{" + fields.map { "\(Self.quoted($0.key)): \($0.value.line)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
