// SPDX-License-Identifier: Apache-2.0

/// The operands of a command: what stands on the command line and belongs to no option.
public struct Operands<Values>: Sendable {
  let text: OperandsText
  let keep: @Sendable (inout Values, String) throws(Refusal) -> Void

  /// Exactly one operand: `FILE`.
  public init<Value>(
    one name: String, _ summary: String, _ path: any WritableKeyPath<Values, Value> & Sendable,
    _ parser: ValueParser<Value>
  ) {
    text = OperandsText(
      name: name, summary: summary, least: 1, most: 1, completion: parser.completion)
    keep = { (values, value) throws(Refusal) in values[keyPath: path] = try parser.parse(value) }
  }

  /// One operand or none: `[URL]`.
  public init<Value>(
    oneOrNone name: String, _ summary: String,
    _ path: any WritableKeyPath<Values, Value?> & Sendable, _ parser: ValueParser<Value>
  ) {
    text = OperandsText(
      name: name, summary: summary, least: 0, most: 1, completion: parser.completion)
    keep = { (values, value) throws(Refusal) in values[keyPath: path] = try parser.parse(value) }
  }

  /// At least `least` operands: `[PATH...]` for 0, `FILE...` for 1.
  public init<Value>(
    each name: String, atLeast least: Int, _ summary: String,
    _ path: any WritableKeyPath<Values, [Value]> & Sendable, _ parser: ValueParser<Value>
  ) {
    text = OperandsText(
      name: name, summary: summary, least: least, most: .max, completion: parser.completion)
    keep = { (values, value) throws(Refusal) in
      values[keyPath: path].append(try parser.parse(value))
    }
  }
}

/// What help, man page and completion know of a command's operands.
struct OperandsText: Equatable, Sendable {
  let name: String
  let summary: String
  let least: Int
  let most: Int
  let completion: Completion

  /// As the usage line shows them.
  var usage: String {
    let many = most > 1 ? "\(name)..." : name
    return least == 0 ? "[\(many)]" : many
  }
}
