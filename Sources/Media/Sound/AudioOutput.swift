// SPDX-License-Identifier: Apache-2.0
import Axon
import CAO
import Glibc

/// libao as a whole: started by its first use, shut down when the process ends, and entered by
/// one thread at a time, since opening and closing touch its global list of drivers.
enum AudioOutput {
  private static let lock = Guarded(())
  private static let start: Void = {
    ao_initialize()
    atexit { ao_shutdown() }
  }()

  static func withLock<Result: Sendable>(_ body: () -> Result) -> Result {
    lock.withLock { _ in
      _ = start
      return body()
    }
  }
}
