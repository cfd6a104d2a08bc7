// SPDX-License-Identifier: Apache-2.0

/// How recordings are decoded.
public struct DecoderSettings: Sendable {
  /// Decoder processes: one for each core, at least one.
  public var processes: Int
  /// Recordings that one process holds open at once.
  public var jobsPerProcess = 64
  /// How long a process may take for one picture before it counts as hung.
  public var patience: Duration = .seconds(30)
  /// Bytes of memory that one process may have of its own; `nil` for as much as there is.
  ///
  /// FFmpeg takes 40 to 90 MiB for one recording up to 1080p, 25 of them for itself: this is room
  /// for 64, and not for one that never has enough.
  public var memoryLimit: Int? = 4 << 30
  /// Command line that makes this program a decoder, the program's name first.
  public var arguments: [String]

  /// Settings with the usual limits.
  public init(processes: Int, arguments: [String]) {
    self.processes = processes
    self.arguments = arguments
  }
}
