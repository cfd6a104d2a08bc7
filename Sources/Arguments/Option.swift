// SPDX-License-Identifier: Apache-2.0

/// One option of a command's table: its names, its place in `Values`, its line in the help.
///
/// ```swift
/// Option("interval", "n", "SECONDS", "take one frame every SECONDS (default 10)", \.interval,
///   .time(in: .milliseconds(40)...(.seconds(86_400))))
/// ```
public struct Option<Values>: Sendable {
  /// What the pages say of it.
  let text: OptionText
  /// Reads the value and keeps it; a flag gets an empty text.
  let keep: @Sendable (inout Values, String) throws(Refusal) -> Void

  private init(
    _ text: OptionText, keep: @escaping @Sendable (inout Values, String) throws(Refusal) -> Void
  ) {
    precondition(
      text.name.count > 1 && !text.name.hasPrefix("-") && text.name != "help"
        && text.name != "version" && text.letter != "h",
      "an option can't be named \"\(text.name)\", -\(text.letter.map(String.init) ?? "")")
    self.text = text
    self.keep = keep
  }

  /// An option with a value, read by a ready parser.
  public init<Value>(
    _ name: String, _ letter: Character?, _ placeholder: String, _ summary: String,
    _ path: any WritableKeyPath<Values, Value> & Sendable, _ parser: ValueParser<Value>
  ) {
    let text = OptionText(name, letter, placeholder, summary, completion: parser.completion)
    self.init(text) { (values, value) throws(Refusal) in
      values[keyPath: path] = try parser.parse(value)
    }
  }

  /// An option with a value whose absence is `nil`.
  public init<Value>(
    _ name: String, _ letter: Character?, _ placeholder: String, _ summary: String,
    _ path: any WritableKeyPath<Values, Value?> & Sendable, _ parser: ValueParser<Value>
  ) {
    let text = OptionText(name, letter, placeholder, summary, completion: parser.completion)
    self.init(text) { (values, value) throws(Refusal) in
      values[keyPath: path] = try parser.parse(value)
    }
  }

  /// An option that may be given again and again; its values are collected in order.
  public init<Value>(
    _ name: String, _ letter: Character?, _ placeholder: String, _ summary: String,
    each path: any WritableKeyPath<Values, [Value]> & Sendable, _ parser: ValueParser<Value>
  ) {
    let text = OptionText(name, letter, placeholder, summary, completion: parser.completion)
    self.init(text) { (values, value) throws(Refusal) in
      values[keyPath: path].append(try parser.parse(value))
    }
  }

  /// An option with a value, read by a closure.
  public init<Value>(
    _ name: String, _ letter: Character?, _ placeholder: String, _ summary: String,
    _ path: any WritableKeyPath<Values, Value> & Sendable,
    parse: @escaping @Sendable (String) throws(Refusal) -> Value
  ) {
    self.init(name, letter, placeholder, summary, path, ValueParser(parse: parse))
  }

  /// A flag: no value; given, it is true.
  public init(
    flag name: String, _ letter: Character?, _ summary: String,
    _ path: any WritableKeyPath<Values, Bool> & Sendable
  ) {
    self.init(OptionText(name, letter, nil, summary, completion: .nothing)) {
      (values, _) throws(Refusal) in values[keyPath: path] = true
    }
  }

  /// The same option, taken from an environment variable where the command line doesn't give it.
  ///
  /// An empty variable counts as not set.
  /// - Precondition: The option takes a value.
  public func orEnvironment(_ variable: String) -> Option {
    precondition(text.placeholder != nil, "a flag can't come from \(variable)")
    var text = text
    text.variable = variable
    return Option(text, keep: keep)
  }
}

/// What help, man page and completion know of an option.
struct OptionText: Equatable, Sendable {
  let name: String
  let letter: Character?
  /// What stands for the value; `nil` for a flag.
  let placeholder: String?
  let summary: String
  let completion: Completion
  var variable: String?

  init(
    _ name: String, _ letter: Character?, _ placeholder: String?, _ summary: String,
    completion: Completion
  ) {
    self.name = name
    self.letter = letter
    self.placeholder = placeholder
    self.summary = summary
    self.completion = completion
  }
}
