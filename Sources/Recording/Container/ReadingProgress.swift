// SPDX-License-Identifier: Apache-2.0
import Axon

/// Tells whoever watches this process that reading gets on: a packet was read, or bytes that may lead
/// to one.
///
/// One listener for the whole process, since there is one watcher of it.
public enum ReadingProgress {
  /// Reads that count as progress from one packet to the next, 64 MiB in all: a file that is read over
  /// and over without a packet isn't got on with.
  static let readLimit = 2048

  private static let current = Guarded<(@Sendable () -> Void)?>(nil)

  /// From now on, recordings that are opened tell their progress.
  ///
  /// - Parameter tell: called for each packet, so it should take no longer than an addition.
  public static func listen(_ tell: @escaping @Sendable () -> Void) {
    current.withLock { $0 = tell }
  }

  static var listener: (@Sendable () -> Void)? { current.withLock { $0 } }
}
