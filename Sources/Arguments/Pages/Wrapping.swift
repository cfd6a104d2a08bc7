// SPDX-License-Identifier: Apache-2.0

/// Breaks a text into lines of at most `width` characters, between words; a longer word stays whole.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += line.isEmpty ? String(word) : " \(word)"
  }
  return line.isEmpty ? lines : lines + [line]
}

extension OptionText {
  /// `-n, --interval SECONDS`; a name without letter stands under the names of the others.
  var names: String {
    let short = letter.map { "-\($0), " } ?? "    "
    return "\(short)--\(name)" + (placeholder.map { " \($0)" } ?? "")
  }

  /// The summary, with the variable that may stand for the option.
  var fullSummary: String { summary + (variable.map { " [or \($0)]" } ?? "") }

  /// What every command has.
  static let help = OptionText(
    "help", "h", nil, "show this page (--help=man: as man page; --help=bash: bash completion)",
    completion: .nothing)
  /// What every program has.
  static let version = OptionText(
    "version", nil, nil, "show the version", completion: .nothing)
}

extension CommandText {
  /// The options of its table, and those that every command has.
  var allOptions: [OptionText] { options + [.help, .version] }

  /// What stands after the command's name in a usage line.
  var usage: String {
    let options = options.isEmpty ? "" : " [OPTION...]"
    return options + (operands.map { " \($0.usage)" } ?? "")
  }
}
