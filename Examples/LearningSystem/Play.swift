// SPDX-License-Identifier: Apache-2.0

/// One line of a play, and what it is.
enum PlayLine: Equatable, Sendable {
  /// What a character says.
  case spoken(character: String, text: String)
  /// What is seen or heard: `Enter Macbeth and Banquo.`
  case direction(String)
  /// Title, act and scene.
  case heading(String)

  var isSpoken: Bool { if case .spoken = self { true } else { false } }
}

/// Reads a play line by line: a speech is the character's name in capitals with a stop, the lines,
/// and an empty line; directions stand in brackets.
struct PlayParser {
  private var character: String?

  /// What this line is; `nil` for one that only separates.
  mutating func read(_ line: String) -> PlayLine? {
    let text = line.split(separator: " ").joined(separator: " ")
    if text.isEmpty {
      character = nil
      return nil
    }
    if text.hasPrefix("["), text.hasSuffix("]") {
      return .direction(String(text.dropFirst().dropLast()))
    }
    if let character { return .spoken(character: character, text: Self.withoutDirections(text)) }
    guard text.hasSuffix("."), text == text.uppercased(), !text.dropLast().contains(".") else {
      return .heading(text)
    }
    character = String(text.dropLast())
    return nil
  }

  /// The text without what stands in brackets.
  private static func withoutDirections(_ text: String) -> String {
    var depth = 0
    let spoken = text.filter { letter in
      if letter == "[" { depth += 1 }
      defer { if letter == "]", depth > 0 { depth -= 1 } }
      return depth == 0
    }
    return spoken.split(separator: " ").joined(separator: " ")
  }
}
