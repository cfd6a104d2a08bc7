// SPDX-License-Identifier: Apache-2.0

/// Goes through the arguments of one command once, from left to right.
///
/// Takes `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, clustered flags (`-qv`), operands
/// in between, `--` before operands that begin with a dash, and `-` as an operand.
struct ArgumentReader<Values> {
  private let words: Words
  private let text: CommandText
  private let options: [Option<Values>]
  private let operands: Operands<Values>?
  private var result: Values
  private var next = 0
  private var given: Set<String> = []
  private var operandCount = 0

  init(
    words: Words, text: CommandText, options: [Option<Values>], operands: Operands<Values>?,
    values: Values
  ) {
    self.words = words
    self.text = text
    self.options = options
    self.operands = operands
    result = values
  }

  /// Reads everything: the command line first, then the environment for what it didn't say.
  mutating func values() throws(UsageError) -> Values {
    var onlyOperands = false
    while let word = take() {
      if onlyOperands || word == "-" || !word.hasPrefix("-") {
        try keepOperand(word)
      } else if word == "--" {
        onlyOperands = true
      } else if word.hasPrefix("--") {
        try keepLong(word)
      } else {
        try keepCluster(word.dropFirst())
      }
    }
    try keepEnvironment()
    if let operands, operandCount < operands.text.least {
      throw error(.missingOperand(operands.text.name))
    }
    return result
  }

  private mutating func take() -> String? {
    guard next < words.arguments.count else { return nil }
    next += 1
    return words.arguments[next - 1]
  }

  private mutating func keepLong(_ word: String) throws(UsageError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = options.first(where: { $0.text.name == name }) else {
      let known = options.map(\.text.name) + ["help", "version"]
      let hint = nearest(to: name, in: known).map { "--\($0)" }
      throw error(.unknownOption("--\(name)", nearest: hint))
    }
    let value = parts.count == 2 ? String(parts[1]) : nil
    if let value, option.text.placeholder == nil {
      throw error(.unexpectedValue(option: "--\(name)", value: value))
    }
    try keep(option, spelled: "--\(name)", value: value)
  }

  private mutating func keepCluster(_ cluster: Substring) throws(UsageError) {
    var rest = cluster
    while let letter = rest.popFirst() {
      guard let option = options.first(where: { $0.text.letter == letter }) else {
        // "-interval" was meant as "--interval": say so rather than name its first letter.
        let hint = nearest(to: String(cluster), in: options.map(\.text.name)).map { "--\($0)" }
        throw error(.unknownOption("-\(letter)", nearest: cluster.count > 1 ? hint : nil))
      }
      guard option.text.placeholder != nil else {
        try keep(option, spelled: "-\(letter)", value: nil)
        continue
      }
      return try keep(option, spelled: "-\(letter)", value: rest.isEmpty ? nil : String(rest))
    }
  }

  private mutating func keep(
    _ option: Option<Values>, spelled: String, value: String?
  ) throws(UsageError) {
    given.insert(option.text.name)
    guard let placeholder = option.text.placeholder else {
      return try store(option, source: spelled, value: "")
    }
    guard let value = value ?? takeValue() else {
      throw error(.missingValue(option: spelled, placeholder: placeholder))
    }
    try store(option, source: spelled, value: value)
  }

  /// The next word, unless it is one of this command's options.
  ///
  /// In `--output --json` the value was forgotten; `--output=--json` says that it wasn't.
  private mutating func takeValue() -> String? {
    guard next < words.arguments.count else { return nil }
    let word = words.arguments[next]
    let name = word.dropFirst(2).prefix { $0 != "=" }
    if word.hasPrefix("--"), options.contains(where: { $0.text.name == name }) { return nil }
    return take()
  }

  private mutating func keepEnvironment() throws(UsageError) {
    for option in options where !given.contains(option.text.name) {
      guard let variable = option.text.variable, let value = words.environment(variable),
        !value.isEmpty
      else { continue }
      try store(option, source: variable, value: value)
    }
  }

  private mutating func store(
    _ option: Option<Values>, source: String, value: String
  ) throws(UsageError) {
    do throws(Refusal) {
      try option.keep(&result, value)
    } catch {
      throw self.error(
        .badValue(
          source: source, value: value, placeholder: option.text.placeholder ?? source,
          allowed: error.allowed))
    }
  }

  private mutating func keepOperand(_ word: String) throws(UsageError) {
    guard let operands, operandCount < operands.text.most else {
      throw error(.extraOperand(word))
    }
    operandCount += 1
    do throws(Refusal) {
      try operands.keep(&result, word)
    } catch {
      let name = operands.text.name
      throw self.error(
        .badValue(source: name, value: word, placeholder: name, allowed: error.allowed))
    }
  }

  private func error(_ fault: UsageError.Fault) -> UsageError {
    UsageError(command: words.command, fault: fault)
  }
}
