// SPDX-License-Identifier: Apache-2.0
import Axon

/// What components under test have done, in order; from any thread.
///
/// ```swift
/// let log = Record<String>()
/// log.add("started")
/// #expect(log.entries == ["started"])
/// ```
public final class Record<Entry: Sendable>: Sendable {
  private let list = Guarded<[Entry]>([])

  /// An empty record.
  public init() {}

  /// Writes down one more.
  public func add(_ entry: Entry) { list.withLock { $0.append(entry) } }

  /// All that was written down.
  public var entries: [Entry] { list.withLock { $0 } }

  /// How many were written down.
  public var count: Int { list.withLock { $0.count } }
}
