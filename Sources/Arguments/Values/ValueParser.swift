// SPDX-License-Identifier: Apache-2.0

/// How the text of an option or operand becomes a value, and what may be said of that text.
///
/// Ready parsers are static members (`.integer(in:)`, `.time(in:)`, `.path`); an option may bring
/// its own as a closure that throws ``Refusal``.
public struct ValueParser<Value>: Sendable {
  let completion: Completion
  let parse: @Sendable (String) throws(Refusal) -> Value

  /// Makes a parser from a closure.
  /// - Parameters:
  ///   - completion: What a shell may offer for this value.
  ///   - parse: Gives the value, or says what is allowed instead.
  public init(
    completion: Completion = .nothing,
    parse: @escaping @Sendable (String) throws(Refusal) -> Value
  ) {
    self.completion = completion
    self.parse = parse
  }
}

/// What a value should have been, without subject: "a whole number from 1 to 65535".
public struct Refusal: Error, Equatable, Sendable {
  /// The allowed values, so that "PORT is " in front makes a sentence.
  public let allowed: String

  /// Says what is allowed instead of the text that came.
  public init(_ allowed: String) { self.allowed = allowed }
}

/// What a shell offers when it completes a value.
public enum Completion: Equatable, Sendable {
  /// Nothing is known of the values.
  case nothing
  /// Files and directories.
  case files
  /// Directories only.
  case directories
  /// One of a few words.
  case words([String])
}

extension ValueParser where Value == String {
  /// Any text that isn't empty.
  public static var text: ValueParser {
    ValueParser { text throws(Refusal) in
      guard !text.isEmpty else { throw Refusal("a text that is not empty") }
      return text
    }
  }

  /// The path of a file or directory, or `-` for standard input or output; existence isn't checked.
  public static var path: ValueParser { path(.files) }

  /// The path of a directory; existence isn't checked.
  public static var directory: ValueParser { path(.directories) }

  private static func path(_ completion: Completion) -> ValueParser {
    ValueParser(completion: completion) { text throws(Refusal) in
      guard !text.isEmpty else { throw Refusal("a path that is not empty") }
      return text
    }
  }
}

extension ValueParser
where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the type's own names.
  public static var choice: ValueParser {
    let names = Value.allCases.map(\.rawValue)
    return ValueParser(completion: .words(names)) { text throws(Refusal) in
      guard let value = Value(rawValue: text) else {
        throw Refusal(oneOf(names, suggesting: text))
      }
      return value
    }
  }
}

/// "auto, exact or keyframe", with the nearest one named when the text looks like a slip.
func oneOf(_ names: [String], suggesting text: String) -> String {
  let list = names.dropLast().joined(separator: ", ")
  let all = names.count > 1 ? "\(list) or \(names[names.count - 1])" : names.joined()
  guard let nearest = nearest(to: text, in: names) else { return all }
  return "\(all); did you mean \(nearest)?"
}
