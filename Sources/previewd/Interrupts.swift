// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Tells the first interrupt from those that follow.
final class Interrupts: Sendable {
  private let count = Atomic(0)

  /// Counts one.
  func isFirst() -> Bool { count.add(1, ordering: .relaxed).newValue == 1 }

  /// There was one.
  var wasInterrupted: Bool { count.load(ordering: .relaxed) > 0 }
}
