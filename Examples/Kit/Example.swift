// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Glibc
internal import Synchronization

/// What every example does besides what it shows: usage, complaints, the end by an interrupt.
public enum Example {
  private static let hadFault = Atomic(false)
  private static let isInterrupted = Atomic(false)
  private static let lastComplaint = Atomic(0)

  /// The command line without options.
  ///
  /// With `--help` it prints the usage and ends with 0; with too few or too many, with 64.
  ///
  /// - Parameters:
  ///   - usage: first the call, as `EchoServer [PORT]`, then lines that explain it.
  ///   - count: how many operands there may be.
  /// - Returns: the operands.
  public static func operands(_ usage: String, _ count: ClosedRange<Int>) -> [String] {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.contains("--help") || words.contains("-h") {
      say("usage: \(usage)")
      exit(0)
    }
    if let option = words.first(where: { $0.hasPrefix("-") && $0 != "-" }) {
      misused("there is no option \(option)", usage)
    }
    if !count.contains(words.count) {
      misused(words.count < count.lowerBound ? "something is missing" : "too much", usage)
    }
    return words
  }

  /// An operand that is a number; ends the program with 64 when it is none in the range.
  public static func number(_ word: String, _ what: String, in range: ClosedRange<Int>) -> Int {
    guard let number = Int(word), range ~= number else {
      complain("\(name): \(what) is \(range.lowerBound) to \(range.upperBound), not \(word)")
      exit(64)
    }
    return number
  }

  /// An operand that is a port; ends the program with 64 when it is none.
  public static func port(_ word: String) -> UInt16 {
    UInt16(number(word, "PORT", in: 0...65_535))
  }

  /// Runs what `build` activates until it has ended, or until an interrupt (Ctrl-C) or SIGTERM has
  /// ended it; then ends the program: with 0, 1 after an error, 130 after an interrupt.
  public static func run(_ build: @Sendable (Scheduler) throws -> Void) -> Never {
    let scheduler = Scheduler { failure in
      hadFault.store(true, ordering: .relaxed)
      let line = "\(name): \(failure.error)"
      // What ends a part ends the pipeline around it by the same error.
      let isKnown = lastComplaint.exchange(line.hashValue, ordering: .relaxed) == line.hashValue
      if !isKnown { complain(line) }
    }
    Interrupts.wait {
      // The second one doesn't wait for what may not end.
      if isInterrupted.exchange(true, ordering: .relaxed) { exit(130) }
      scheduler.stop()
    }
    do {
      try build(scheduler)
    } catch {
      complain("\(name): \(error)")
      exit(1)
    }
    scheduler.run()
    if isInterrupted.load(ordering: .relaxed) { exit(130) }
    exit(hadFault.load(ordering: .relaxed) ? 1 : 0)
  }

  /// Writes a line to standard output at once.
  public static func say(_ line: String) { write(line, to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  public static func complain(_ line: String) { write(line, to: STDERR_FILENO) }

  private static func misused(_ what: String, _ usage: String) -> Never {
    complain("\(name): \(what)\nusage: \(usage)")
    exit(64)
  }

  private static func write(_ line: String, to descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
  }

  private static var name: String {
    String(CommandLine.arguments.first?.split(separator: "/").last ?? "example")
  }
}
