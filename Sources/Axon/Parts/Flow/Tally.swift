// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A count that one component keeps and anybody may read, from any thread.
public final class Tally: Sendable, CustomStringConvertible {
  private let value = Atomic(0)

  /// A count of 0.
  public init() {}

  /// How many there were.
  public var count: Int { value.load(ordering: .relaxed) }

  /// The count.
  public var description: String { "\(count)" }

  func add(_ number: Int = 1) { value.add(number, ordering: .relaxed) }
}
