// SPDX-License-Identifier: Apache-2.0

/// What happens to a message that finds its inbox full.
public enum WhenFull: UInt8, Sendable {
  /// The sender waits for room: first come, first served, one sender for each free slot.
  case wait
  /// The oldest message waiting is dropped: for frames, where the newest wins.
  case dropOldest
  /// The message itself is dropped.
  case dropNewest
  /// The message is refused and the sender told so at once.
  case refuse
}

/// What became of a message.
public enum Delivery: UInt8, Sendable {
  /// The inbox has it.
  case delivered
  /// By the inbox's policy, this message was dropped.
  case dropped
  /// The inbox is full and its policy is `.wait` or `.refuse`; the message is gone.
  case full
  /// Nobody listens: the outbox isn't linked, or its sink has ended.
  case unheard
}
