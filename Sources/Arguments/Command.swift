// SPDX-License-Identifier: Apache-2.0

/// A command of a program: one table, from which come its parser, help, man page and completion.
///
/// ```swift
/// Command("probe", "tell what a recording holds", Probe(),
///   operands: Operands(one: "FILE", "recording to read", \.file, .path),
///   options: [Option(flag: "json", nil, "print the facts as JSON", \.json)],
///   example: "previewd probe --json news.ts"
/// ) { probe in Job.probe(probe) }
/// ```
/// `Action` is what the program makes of the values, usually an enum with a case a command.
public struct Command<Action: Sendable>: Sendable {
  let text: CommandText
  /// Reads what stands after the command's name.
  let read: @Sendable (Words) throws(UsageError) -> Action

  /// Makes a command.
  /// - Parameters:
  ///   - name: Its name on the command line; of a program without commands, the program's own.
  ///   - summary: What it does, in a few words without a stop.
  ///   - defaults: The values where the command line says nothing.
  ///   - operands: What it works on, if anything.
  ///   - options: In order of use.
  ///   - details: Paragraphs for the help page, each one string.
  ///   - example: A command line that works.
  ///   - hidden: Kept out of lists and completion: an inner command, not for people.
  ///   - action: Makes the action; refuses values that don't go together.
  public init<Values: Sendable>(
    _ name: String, _ summary: String, _ defaults: Values, operands: Operands<Values>? = nil,
    options: [Option<Values>] = [], details: [String] = [], example: String? = nil,
    hidden: Bool = false, action: @escaping @Sendable (Values) throws(Refusal) -> Action
  ) {
    let text = CommandText(
      name: name, summary: summary, operands: operands?.text, options: options.map(\.text),
      details: details, example: example, hidden: hidden)
    text.check()
    self.text = text
    read = { (words) throws(UsageError) in
      var reader = ArgumentReader(
        words: words, text: text, options: options, operands: operands, values: defaults)
      let values = try reader.values()
      do throws(Refusal) {
        return try action(values)
      } catch {
        throw UsageError(command: words.command, fault: .conflict(error.allowed))
      }
    }
  }
}

/// What stands on the command line for a command, and the environment behind it.
struct Words: Sendable {
  /// The command as typed: `previewd serve`.
  let command: String
  let arguments: [String]
  let environment: @Sendable (String) -> String?
}

/// What help, man page and completion know of a command.
struct CommandText: Sendable {
  let name: String
  let summary: String
  let operands: OperandsText?
  let options: [OptionText]
  let details: [String]
  let example: String?
  let hidden: Bool

  /// A table that names two options alike is our own mistake.
  func check() {
    let names = options.map(\.name)
    let letters = options.compactMap(\.letter)
    precondition(Set(names).count == names.count, "\(name) has two options of one name: \(names)")
    precondition(
      Set(letters).count == letters.count, "\(name) has two options of one letter: \(letters)")
  }
}
