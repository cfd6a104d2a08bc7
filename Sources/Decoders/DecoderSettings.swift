// SPDX-License-Identifier: Apache-2.0
public import Files
public import Processes

/// How recordings are decoded.
public struct DecoderSettings: Sendable {
  /// What happens to a job when all processes hold as many as they may.
  public enum Fullness: Sendable {
    /// It fails as `busy`: who asked may try again later.
    case refuse
    /// It waits in the inbox, and so do those who send more.
    case wait
  }

  /// Decoder processes: one for each core, at least one.
  public var processes: Int
  /// Recordings that one process holds open at once.
  ///
  /// A batch has 2: the one it is at, and the next, opened when that one ends.
  public var jobsPerProcess = 64
  /// What happens to a job when all processes hold as many as they may.
  public var whenFull = Fullness.refuse
  /// How long a process may go without any progress before it counts as hung.
  public var patience: Duration = .seconds(30)
  /// CPU time that one process may use from one picture to the next, by the packets it reads.
  public var budget: CPUBudget? = CPUBudget(
    free: .seconds(60), each: .milliseconds(100), most: .seconds(300))
  /// Bytes of memory that one process may have of its own; `nil` for as much as there is.
  ///
  /// FFmpeg takes 40 to 90 MiB for one recording up to 1080p, 25 of them for itself: this is room
  /// for 64, and not for one that never has enough.
  public var memoryLimit: Int? = 4 << 30
  /// How recordings are watched that are still being recorded.
  public var watching = WatchSettings()
  /// Program that decodes; this one unless told otherwise.
  public var program: String?
  /// Processes that were forked ahead are started first: see `Forerunners`.
  public var areForkedAhead = false
  /// Command line that makes the program a decoder, the program's name first.
  public var arguments: [String]

  /// Settings with the usual limits.
  public init(processes: Int, arguments: [String]) {
    self.processes = processes
    self.arguments = arguments
  }
}
