// SPDX-License-Identifier: Apache-2.0
import Internet
import Media
import Terminal

/// A failure that ends the program: what, why, and with which exit code.
struct ClientError: Error, CustomStringConvertible {
  enum Code: Int32 {
    case failed = 1
    case misused = 64
    case unavailable = 69
    case inputOutput = 74
  }

  /// What failed: a URL, a path.
  let what: String
  /// Why, and what helps.
  let why: String
  let code: Code

  init(_ what: String, _ why: String, _ code: Code = .failed) {
    self.what = what
    self.why = why
    self.code = code
  }

  /// The failure that an error of any room comes to.
  ///
  /// - Parameters:
  ///   - error: What ended a component.
  ///   - job: What the program was asked for.
  init(_ error: any Error, of job: Job) {
    let name = job.name
    switch error {
    case let error as ClientError: self = error
    case let error as InternetError:
      self.init("\(error.operation) \(error.subject)", error.reason, .unavailable)
    case let failure as PreviewFailure:
      let isPassing = [.busy, .overloaded, .timeout].contains(failure.code)
      self.init(name, failure.description, isPassing ? .unavailable : .failed)
    case let error as TerminalError: self.init(error)
    case let error as MediaError:
      self.init(
        "\(error.operation) \(error.subject)", error.reason,
        error.operation == "play through" ? Self.playingCode(job) : .failed)
    default: self.init(name, "\(error)")
    }
  }

  /// A device isn't available, a file can't be written.
  private static func playingCode(_ job: Job) -> Code {
    if case .sound(_, let file) = job.purpose, file != nil { .inputOutput } else { .unavailable }
  }

  private init(_ error: TerminalError) {
    let parts = error.description.split(separator: ": ", maxSplits: 1).map(String.init)
    let isMisuse = error.code == 0
    self.init(
      parts[0], parts.count > 1 ? parts[1] : "choose another way",
      isMisuse ? .misused : .inputOutput)
  }

  var description: String { "\(what): \(why)" }
}
