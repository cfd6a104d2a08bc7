// SPDX-License-Identifier: Apache-2.0
public import Files
public import Processes

/// What a pool of decoders tells whoever keeps a log.
public enum DecoderEvent: Sendable {
  /// A process died; what it was at has failed, the rest goes on in another.
  case died(process: Int32, cause: ProcessFailure.Cause?, lastWords: String)
  /// No process can be started now; it is tried again.
  case notStarted(reason: String)
  /// Recordings that grow can't be watched as they should be.
  case watching(WatchTrouble)

  /// What happened, in a few words.
  public var name: String {
    switch self {
    case .died: "decoder died"
    case .notStarted: "no new decoder"
    case .watching(let trouble): trouble.name
    }
  }

  /// Process and reason.
  public var facts: KeyValuePairs<String, String> {
    switch self {
    case .died(let process, let cause, let lastWords):
      let reason = cause.map { "\($0)" } ?? "ended"
      return lastWords.isEmpty
        ? ["process": "\(process)", "reason": reason]
        : ["process": "\(process)", "reason": reason, "said": lastWords]
    case .notStarted(let reason): return ["reason": reason]
    case .watching(let trouble): return trouble.facts
    }
  }
}
