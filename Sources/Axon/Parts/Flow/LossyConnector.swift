// SPDX-License-Identifier: Apache-2.0

/// Passes messages on and drops those for which there is no room: what is upstream never waits.
///
/// ```swift
/// let connector = LossyConnector<Picture>()
/// let dropped = connector.dropped
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
  /// Messages that weren't delivered.
  public let dropped = Tally()

  /// A connector that has dropped nothing yet.
  public override init() {}

  override public func mainBody() -> Turn {
    while let message = inbox.take() {
      if outbox.post(message) != .delivered { dropped.add() }
    }
    return .pause
  }
}
