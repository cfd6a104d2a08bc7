// SPDX-License-Identifier: Apache-2.0

/// How files are watched.
public struct WatchSettings: Sendable {
  /// A file that hasn't grown for so long counts as finished, whoever has it open.
  public var quietTime: Duration = .seconds(30)
  /// That a file grew is said at most so often.
  public var pace: Duration = .milliseconds(250)
  /// How often files are looked at where the kernel says nothing of them: on network shares, and when
  /// there can be no more watches.
  public var pollInterval: Duration = .seconds(1)
  /// How often the others are looked at, should the kernel fail to say something.
  public var slowPollInterval: Duration = .seconds(30)

  /// Whether the kernel is asked to tell of changes; without, everything is polled.
  var hearsKernel = true

  /// The usual times.
  public init() {}
}

/// What a component that watches files tells whoever keeps a log.
public enum WatchTrouble: Equatable, Sendable {
  /// The system gives no more watches, or none at all: what follows is looked at instead.
  case noWatch(reason: String)
  /// The kernel lost events: everything was looked at anew.
  case overflow
  /// A folder can't be read.
  case unreadable(folder: String, reason: String)

  /// What happened, in a few words.
  public var name: String {
    switch self {
    case .noWatch: "files are polled"
    case .overflow: "file events were lost"
    case .unreadable: "folder can't be read"
    }
  }

  /// Folder and reason.
  public var facts: KeyValuePairs<String, String> {
    switch self {
    case .noWatch(let reason): ["reason": reason]
    case .overflow: [:]
    case .unreadable(let folder, let reason): ["folder": folder, "reason": reason]
    }
  }
}
