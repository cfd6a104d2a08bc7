// SPDX-License-Identifier: Apache-2.0

/// Guards who is linked with whom, in the whole process.
///
/// Held for a few pointer moves at a time; sending never takes it on the home thread.
let wiring = Wiring()

/// The lock of all linkages, which keeps the boxes that were looked at until it is let go: the end of a
/// box takes the same lock.
final class Wiring: @unchecked Sendable {
  // Unchecked: `seen` is touched under the lock only.
  private let lock = Guarded(())
  private var seen: [Box] = []

  /// As `withLock`, where a generic result would have its type looked up in each component's life.
  func hold() { lock.hold() }

  func letGo() {
    if seen.isEmpty { return lock.letGo() }
    var seen: [Box] = []
    swap(&seen, &self.seen)
    lock.letGo()
  }

  func withLock<Result>(_ body: (inout Void) -> Result) -> Result {
    var seen: [Box] = []
    defer { seen = [] }
    return lock.withLock { nothing in
      let result = body(&nothing)
      if !self.seen.isEmpty { swap(&seen, &self.seen) }
      return result
    }
  }

  /// Keeps a box until the lock is let go, which is held.
  func keep(_ box: Box) { seen.append(box) }
}
