// SPDX-License-Identifier: Apache-2.0

/// The program's manual page, section 1, in man(7) macros; no date, so that builds can be compared.
struct ManualPage {
  let program: ProgramText

  var text: String {
    let title = escaped(program.name.uppercased())
    var lines = [
      ".TH \(title) 1 \"\" \"\(escaped("\(program.name) \(program.version)"))\"",
      ".SH NAME", "\(escaped(program.name)) \\- \(escaped(program.summary))",
      ".SH SYNOPSIS",
    ]
    for command in program.listed {
      lines += [".B \(escaped(program.call(command)))"]
      if !command.usage.isEmpty { lines.append(escaped(String(command.usage.dropFirst()))) }
      lines.append(".br")
    }
    lines.removeLast()
    lines += program.isSingle ? program.listed.flatMap(single) : commands
    if !program.exitCodes.isEmpty {
      lines.append(".SH EXIT STATUS")
      lines += program.exitCodes.flatMap { [".TP", ".B \($0.code)", escaped($0.meaning)] }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func single(_ command: CommandText) -> [String] {
    var lines = command.details.isEmpty ? [] : [".SH DESCRIPTION"]
    lines += paragraphs(command.details)
    lines += [".SH OPTIONS"] + entries(command, command.allOptions)
    if let example = command.example { lines += [".SH EXAMPLE", escaped(example)] }
    return lines
  }

  private var commands: [String] {
    let common = [OptionText.help, .version].flatMap(entry)
    return [".SH COMMANDS"] + program.listed.flatMap(section) + [".SH COMMON OPTIONS"] + common
  }

  private func section(_ command: CommandText) -> [String] {
    var lines = [".SS \(escaped(program.call(command)))", escaped("\(command.summary).")]
    if !command.details.isEmpty { lines += [".PP"] + paragraphs(command.details) }
    lines += entries(command, command.options)
    if let example = command.example { lines += [".PP", "Example:", ".B \(escaped(example))"] }
    return lines
  }

  private func paragraphs(_ details: [String]) -> [String] {
    Array(details.map { [escaped($0)] }.joined(separator: [".PP"]))
  }

  private func entries(_ command: CommandText, _ options: [OptionText]) -> [String] {
    let operands = command.operands.map {
      [".TP", ".I \(escaped($0.name))", escaped($0.summary)]
    }
    return (operands ?? []) + options.flatMap(entry)
  }

  private func entry(_ option: OptionText) -> [String] {
    let short = option.letter.map { "\\fB\\-\($0)\\fR, " } ?? ""
    let value = option.placeholder.map { " \\fI\(escaped($0))\\fR" } ?? ""
    return [
      ".TP", "\(short)\\fB\\-\\-\(escaped(option.name))\\fR\(value)",
      escaped(option.fullSummary),
    ]
  }

  /// A text that roff prints as it stands: no hyphen for a dash, no request from a leading point.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
  }
}
