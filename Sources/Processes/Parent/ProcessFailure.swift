// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A child process didn't end as it should have: which one, what happened, what to do.
public struct ProcessFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened.
  public enum Cause: Equatable, Sendable {
    /// It couldn't be started, for the system's reason.
    case notStarted(reason: String)
    /// It ended with this exit code, not 0.
    case exitCode(Int32)
    /// It crashed, or somebody killed it.
    case signal(Int32)
    /// It gave no sign for so long while it owed something, and was killed.
    case hung(after: Duration)
    /// It had used up the memory it may have, in bytes.
    case memoryLimit(Int)
    /// It had used up the CPU time it may have, in seconds.
    case timeLimit(Int)
    /// It had used so many seconds of CPU time since its last word, and got nowhere; it was killed.
    case fruitless(Int)
    /// It tried a system call that isolated processes don't have; `nil` where nobody knows which.
    case forbiddenCall(String?)
    /// What it sent wasn't a preview stream; it was killed.
    case damage(String)
    /// It closed its stream and went on running; it was killed.
    case closedEarly
    /// It ended, but something else in this program took the word of how.
    case lost
  }

  /// What it is called.
  public let program: String
  /// Its number; 0 where it wasn't started.
  public let process: Int32
  /// What happened.
  public let cause: Cause
  /// What it said of the reason: its component's error, or the end of its standard error.
  public let lastWords: String
  /// Whether it had come as far as to give a first sign.
  public let wasReady: Bool

  /// "decoder (process 4711): killed by signal 11 (SIGSEGV): ...; it said: ...".
  public var description: String {
    let number = process > 0 ? " (process \(process))" : ""
    let words = lastWords.isEmpty ? "" : "; it said: \(lastWords)"
    return "\(program)\(number): \(cause): \(cause.advice)\(words)"
  }
}

extension ProcessFailure {
  /// The system refused something that the process needs.
  init(_ settings: ProcessSettings, notStarted code: Int32) {
    let reason = unsafe clinux_error_text(code).map { unsafe String(cString: $0) }
    self.init(
      program: settings.name, process: 0, cause: .notStarted(reason: reason ?? "error \(code)"),
      lastWords: "", wasReady: false)
  }
}

extension ProcessFailure.Cause: CustomStringConvertible {
  /// What happened, without advice: "killed by signal 11 (SIGSEGV)".
  public var description: String {
    switch self {
    case .notStarted(let reason): "can't be started: \(reason)"
    case .exitCode(let code): "ended with exit code \(code)"
    case .signal(let number): "killed by signal \(number) (\(Self.name(ofSignal: number)))"
    case .hung(let time): "gave no sign for \(time) while something was due, and was killed"
    case .memoryLimit(let bytes): "used up its \(bytes >> 20) MiB of memory"
    case .timeLimit(let seconds): "used up its \(seconds) seconds of CPU time"
    case .fruitless(let seconds): "computed for \(seconds) s without getting on, and was killed"
    case .forbiddenCall(let name): "tried a forbidden system call" + (name.map { " (\($0))" } ?? "")
    case .damage(let reason): "sent no preview stream (\(reason)), and was killed"
    case .closedEarly: "closed its stream, went on running, and was killed"
    case .lost: "ended, and nobody knows how"
    }
  }

  var advice: String {
    switch self {
    case .notStarted: "check that it is there and may be executed"
    case .exitCode: "look at what it wrote to standard error"
    case .signal(9): "somebody killed it, or the system was out of memory"
    case .signal(15), .signal(2), .signal(1): "somebody asked it to end"
    case .signal: "it crashed: try again with what it was given last"
    case .fruitless: "raise the budget if it may take longer"
    case .forbiddenCall: "what it was given last may be meant to do harm"
    case .hung: "raise the deadline if it may take longer"
    case .memoryLimit, .timeLimit: "give it less to do at once, or raise the limit"
    case .damage: "only its component's frames may go to descriptor 3"
    case .closedEarly: "it should end when it has no more to say"
    case .lost: "don't ignore SIGCHLD, and don't wait for processes of others"
    }
  }

  private static func name(ofSignal number: Int32) -> String {
    unsafe clinux_signal_name(number).map { unsafe "SIG" + String(cString: $0) } ?? "unknown"
  }
}
