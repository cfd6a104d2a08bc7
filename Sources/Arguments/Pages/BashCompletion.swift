// SPDX-License-Identifier: Apache-2.0

/// A bash script that completes commands, options, their values and operands.
///
/// It uses nothing but bash itself, so it works where the bash-completion package isn't there.
struct BashCompletion {
  let program: ProgramText

  var text: String {
    """
    # bash completion for \(program.name)
    \(function)() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=\(command)
      COMPREPLY=()
    \(choiceOfCommand)  case "$command:$before" in
    \(program.listed.flatMap(values).joined(separator: "\n"))
      esac
      case "$command:$word" in
    \(program.listed.map(options).joined(separator: "\n"))
      esac
      case "$command" in
    \(program.listed.compactMap(operands).joined(separator: "\n"))
      esac
    }
    complete -o filenames -F \(function) \(program.name)

    """
  }

  private var function: String {
    "_" + program.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
  }

  private var command: String { program.isSingle ? program.name : "${COMP_WORDS[1]}" }

  /// With commands, the first word is one of them, or asks for help.
  private var choiceOfCommand: String {
    guard !program.isSingle else { return "" }
    let names = program.listed.map(\.name).joined(separator: " ")
    return """
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(names) help --help --version" -- "$word"))
          return
        fi
        if [ "$command" = help ]; then
          COMPREPLY=($(compgen -W "\(names)" -- "$word"))
          return
        fi

      """
  }

  /// After an option with a value: that value.
  private func values(_ command: CommandText) -> [String] {
    command.options.compactMap { option in
      guard option.placeholder != nil else { return nil }
      var patterns = ["\(command.name):--\(option.name)"]
      if let letter = option.letter { patterns.append("\(command.name):-\(letter)") }
      let offer = offer(option.completion).map { " \($0);" } ?? ""
      return "    \(patterns.joined(separator: "|")))\(offer) return ;;"
    }
  }

  private func options(_ command: CommandText) -> String {
    let names = command.allOptions.map { "--\($0.name)" }.joined(separator: " ")
    let offer = "COMPREPLY=($(compgen -W \"\(names)\" -- \"$word\"))"
    return "    \(command.name):-*) \(offer); return ;;"
  }

  private func operands(_ command: CommandText) -> String? {
    guard let offer = offer(command.operands?.completion ?? .nothing) else { return nil }
    return "    \(command.name)) \(offer) ;;"
  }

  /// The files are read line by line, so that names with spaces stay whole.
  private func offer(_ completion: Completion) -> String? {
    switch completion {
    case .nothing: nil
    case .files: "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"
    case .directories: "mapfile -t COMPREPLY < <(compgen -d -- \"$word\")"
    case .words(let words):
      "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$word\"))"
    }
  }
}
