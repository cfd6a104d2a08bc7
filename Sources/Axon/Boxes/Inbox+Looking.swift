// SPDX-License-Identifier: Apache-2.0

extension Inbox {
  /// Whether nothing waits here now.
  public var isEmpty: Bool { count == 0 }

  /// Most messages that it holds.
  public var capacity: Int { unsafe Int(state.pointee.capacity) }

  /// Messages dropped because it was full.
  public var dropped: Int { unsafe Int(state.pointee.dropped) + (visibleDoor?.dropped ?? 0) }

  /// Whether no message will come any more: all producers have finished, or the owner must stop.
  public var isFinished: Bool {
    unsafe !state.pointee.attention.isDisjoint(with: [.finished, .closed])
  }
}
