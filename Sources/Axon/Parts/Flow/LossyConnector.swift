// SPDX-License-Identifier: Apache-2.0

/// Passes messages on and drops those for which there is no room: what is upstream never waits.
///
/// ```swift
/// let dropped = Tally()
/// LossyConnector<Picture>(dropped: dropped)
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | anything |
/// | `outbox` | what found room downstream, in order |
///
/// It drops the newest. Where the newest is to win, give the receiver's inbox that policy, or put a
/// ``PassThrough`` with it in between. It ends when its input does, with `producerFinished` on
/// `signal`.
public final class LossyConnector<Message>: CallbackComponent, Source, Sink {
  /// Anything.
  public let inbox = Inbox<Message>()
  /// What found room downstream.
  public let outbox = Outbox<Message>()
  private let dropped: Tally

  /// A connector.
  ///
  /// - Parameter dropped: counts the messages that weren't delivered.
  public init(dropped: Tally = Tally()) { self.dropped = dropped }

  override public func mainBody() -> Turn {
    while let message = inbox.take() {
      if outbox.post(message) != .delivered { dropped.add() }
    }
    return .pause
  }
}
