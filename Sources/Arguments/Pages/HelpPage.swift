// SPDX-License-Identifier: Apache-2.0

/// What `--help` shows: purpose, usage, options in order of use, an example, exit codes.
struct HelpPage {
  let program: ProgramText
  /// Width in characters.
  let columns: Int

  /// The page of a command, or of the program where there is none of that name.
  func text(of name: String?) -> String {
    let command =
      program.isSingle
      ? program.commands.first : program.commands.first(where: { $0.name == name })
    guard let command else { return overview }
    return page(command)
  }

  private var overview: String {
    var parts = [
      wrapped("\(program.name): \(program.summary).", width: columns),
      ["Usage: \(program.name) COMMAND [OPTION...] [OPERAND...]"],
    ]
    let commands = program.listed.map { ($0.name, $0.summary) }
    parts.append(
      ["Commands:"] + table(commands + [("help", "show the help page of a command")]))
    parts.append(["Options:"] + table([OptionText.help, .version].map { ($0.names, $0.summary) }))
    parts.append(exitCodes)
    parts.append(wrapped("More: \(program.name) help COMMAND", width: columns))
    return joined(parts)
  }

  private func page(_ command: CommandText) -> String {
    let call = program.call(command)
    var parts = [
      wrapped("\(call): \(command.summary).", width: columns),
      ["Usage: \(call)\(command.usage)"],
    ]
    parts += command.details.map { wrapped($0, width: columns) }
    if let operands = command.operands {
      parts.append(["Operands:"] + table([(operands.name, operands.summary)]))
    }
    parts.append(["Options:"] + table(command.allOptions.map { ($0.names, $0.fullSummary) }))
    if let example = command.example { parts.append(["Example:", "  \(example)"]) }
    parts.append(exitCodes)
    return joined(parts)
  }

  private var exitCodes: [String] {
    guard !program.exitCodes.isEmpty else { return [] }
    let all = program.exitCodes.map { "\($0.code) \($0.meaning)" }.joined(separator: ", ")
    return wrapped("Exit codes: \(all).", width: columns)
  }

  /// Two columns, or one under the other where the page is narrow.
  private func table(_ rows: [(String, String)]) -> [String] {
    let left = rows.map(\.0.count).max() ?? 0
    let indent = columns < 60 || left > columns / 2 ? 8 : left + 4
    return rows.flatMap { name, summary in
      let lines = wrapped(summary, width: columns - indent)
      let margin = String(repeating: " ", count: indent)
      guard indent == left + 4, let first = lines.first else {
        return ["  \(name)"] + lines.map { margin + $0 }
      }
      let gap = String(repeating: " ", count: indent - 2 - name.count)
      return ["  \(name)\(gap)\(first)"] + lines.dropFirst().map { margin + $0 }
    }
  }

  private func joined(_ parts: [[String]]) -> String {
    parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }
}
