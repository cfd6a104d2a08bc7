// SPDX-License-Identifier: Apache-2.0

/// The command line of a whole program: its commands, or the one thing it does.
///
/// ```swift
/// let program = Program("previewd", version: "0.1.0", "serves previews of recordings",
///   commands: [serve, extract, probe], exitCodes: [ExitCode(0, "done"), ExitCode(64, "misused")])
/// switch try program.read(["probe", "news.ts"], environment: { _ in nil }) {
/// case .run(let job): ...
/// case .print(let page): ...
/// }
/// ```
/// Every program has `--help` (`-h`), `--help=man`, `--help=bash` and `--version` at any place;
/// one with commands has `help [COMMAND]` too.
public struct Program<Action: Sendable>: Sendable {
  let text: ProgramText
  private let commands: [Command<Action>]

  /// A program with commands.
  /// - Parameters:
  ///   - name: As it is called.
  ///   - version: As `--version` prints it.
  ///   - summary: What it is for, in a few words without a stop.
  ///   - commands: In the order of the help page.
  ///   - exitCodes: What its exit codes mean.
  public init(
    _ name: String, version: String, _ summary: String, commands: [Command<Action>],
    exitCodes: [ExitCode]
  ) {
    let names = commands.map(\.text.name)
    precondition(Set(names).count == names.count, "\(name) has two commands of one name")
    text = ProgramText(
      name: name, version: version, summary: summary, commands: commands.map(\.text),
      isSingle: false, exitCodes: exitCodes)
    self.commands = commands
  }

  /// A program that does one thing; the command's name is the program's.
  public init(_ command: Command<Action>, version: String, exitCodes: [ExitCode]) {
    text = ProgramText(
      name: command.text.name, version: version, summary: command.text.summary,
      commands: [command.text], isSingle: true, exitCodes: exitCodes)
    commands = [command]
  }

  /// The program's name.
  public var name: String { text.name }

  /// Reads a command line.
  /// - Parameters:
  ///   - arguments: Without the program's own name.
  ///   - environment: Gives an environment variable.
  ///   - columns: Width of help pages, in characters.
  /// - Returns: The action, or the page to print.
  /// - Throws: ``UsageError`` with the command and what is wrong.
  public func read(
    _ arguments: [String], environment: @escaping @Sendable (String) -> String?,
    columns: Int = 80
  ) throws(UsageError) -> Reading<Action> {
    if let page = try page(arguments, columns: columns) { return .print(page) }
    if text.isSingle {
      let words = Words(command: name, arguments: arguments, environment: environment)
      return .run(try commands[0].read(words))
    }
    guard let first = arguments.first else { throw error(.missingCommand) }
    guard let command = commands.first(where: { $0.text.name == first }) else {
      throw unknown(first)
    }
    let words = Words(
      command: "\(name) \(first)", arguments: Array(arguments.dropFirst()),
      environment: environment)
    return .run(try command.read(words))
  }

  /// The page that was asked for, if one was: that wins over whatever else is wrong.
  private func page(_ arguments: [String], columns: Int) throws(UsageError) -> String? {
    let words = arguments.prefix { $0 != "--" }
    if words.contains("--version") { return "\(name) \(text.version)\n" }
    if words.contains("--help=man") { return ManualPage(program: text).text }
    if words.contains("--help=bash") { return BashCompletion(program: text).text }
    let first = text.isSingle ? nil : words.first
    let asked = words.contains("--help") || words.contains("-h")
    if first == "help", let topic = words.dropFirst().first(where: { !$0.hasPrefix("-") }) {
      guard text.commands.contains(where: { $0.name == topic }) else { throw unknown(topic) }
      return HelpPage(program: text, columns: columns).text(of: topic)
    }
    guard asked || first == "help" else { return nil }
    return HelpPage(program: text, columns: columns).text(of: first)
  }

  private func unknown(_ word: String) -> UsageError {
    if word.hasPrefix("-") {
      let bare = String(word.drop(while: { $0 == "-" }))
      let hint = nearest(to: bare, in: ["help", "version"]).map { "--\($0)" }
      return error(.unknownOption(word, nearest: hint))
    }
    let names = text.listed.map(\.name) + ["help"]
    return error(.unknownCommand(word, nearest: nearest(to: word, in: names)))
  }

  private func error(_ fault: UsageError.Fault) -> UsageError {
    UsageError(command: name, fault: fault)
  }
}

/// What a command line asks for.
public enum Reading<Action: Sendable>: Sendable {
  /// To do something.
  case run(Action)
  /// To print a page on standard output and end with success.
  case print(String)
}

extension Reading: Equatable where Action: Equatable {}

/// An exit code and its meaning, for the help page.
public struct ExitCode: Equatable, Sendable {
  /// The number.
  public let code: Int32
  /// What it says, in a few words.
  public let meaning: String

  /// Describes an exit code.
  public init(_ code: Int32, _ meaning: String) {
    self.code = code
    self.meaning = meaning
  }
}

/// What help, man page and completion know of a program.
struct ProgramText: Sendable {
  let name: String
  let version: String
  let summary: String
  let commands: [CommandText]
  /// Does one thing only: its command has no name of its own.
  let isSingle: Bool
  let exitCodes: [ExitCode]

  /// The commands that people are told of.
  var listed: [CommandText] { commands.filter { !$0.hidden } }

  /// How a command is called: `previewd serve`.
  func call(_ command: CommandText) -> String { isSingle ? name : "\(name) \(command.name)" }
}
