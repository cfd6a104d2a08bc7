// SPDX-License-Identifier: Apache-2.0

/// Starts children again when they end by an error, and gives up when that happens too often.
///
/// ```swift
/// let supervisor = Supervisor(.oneForOne, limit: RestartLimit(3, within: .seconds(5)))
/// let decoder = supervisor.add { Decoder() }
/// try link(reader.outbox, to: decoder.inbox)
/// try link(decoder.outbox, to: screen.inbox)
/// scheduler.activate(supervisor)
/// ```
/// Each child is made by a factory, again and again, and stands behind a *port*: two boxes of the
/// supervisor, to which neighbours are linked and which outlive the child. Messages that come while
/// there is none wait in the port's inbox; what a child had been handed over, at most as much as its
/// inbox holds, goes with it. What it sent has arrived. Ports may be linked with each other. A child
/// that is stopped because of another is waited for, also while it is in a call that blocks.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` of a port | data for its child |
/// | `outbox` of a port | data from its child |
///
/// An error of a child reaches the scheduler's `onFault` like any other; ``Handle/restarts`` of the
/// supervisor counts the restarts of all its children, that of a child those of its place.
/// A normal end after the last message or the last listener is for good, whatever the policy; the
/// port then closes, so that both neighbours learn of it. The supervisor ends when all children have
/// ended for good, with `producerFinished` on `signal`, or with `failed` and a ``SupervisionError``
/// at one restart too many; it then stops what still runs.
public final class Supervisor: CallbackComponent {
  /// Which children are started again with the one that ended.
  public enum Strategy: Sendable {
    /// No other.
    case oneForOne
    /// All others that run: they are stopped first.
    case oneForAll
    /// Those that run and were added after it: they are stopped first.
    case restForOne
  }

  /// After which end of its own a child is started again.
  public enum Restart: Sendable {
    /// After none, nor when it was stopped because of another.
    case never
    /// When it ended by an error.
    case onFailure
    /// After every end.
    case always
  }

  /// The boxes before and behind a supervised child: they stay when it is started again.
  public struct Port<Input, Output>: Sendable {
    /// Data for the child.
    public let inbox: Inbox<Input>
    /// Data from the child.
    public let outbox: Outbox<Output>
  }

  let strategy: Strategy
  let backOff: BackOff
  let capacity: Int
  var limit: RestartLimit
  var wards: [Ward] = []
  /// When those that are stopped because of another are to be started again.
  var resumption = Instant(nanoseconds: 0)
  /// Why it gives up.
  var verdict: SupervisionError?

  /// A supervisor without children as yet: see `add`.
  ///
  /// - Parameters:
  ///   - strategy: which children are started again with the one that ended.
  ///   - limit: how many restarts are too many; those of several children at once count as one.
  ///   - backOff: how long it waits before a restart.
  ///   - capacity: messages that wait in a port's inbox, besides those in the child's.
  public init(
    _ strategy: Strategy = .oneForOne, limit: RestartLimit = RestartLimit(3, within: .seconds(5)),
    backOff: BackOff = .none, capacity: Int = 32
  ) {
    self.capacity = capacity
    self.strategy = strategy
    self.limit = limit
    self.backOff = backOff
  }

  override public var stopsWhenUnheard: Bool { false }
  override public var endsWithItsInputs: Bool { false }

  override public func mainBody() throws -> Turn {
    startWhatIsDue()
    if let verdict { throw verdict }
    for ward in wards { ward.pump() }
    let isOver = wards.allSatisfy { if case .ended = $0.state { true } else { false } }
    return isOver ? .finished : .pause
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) {
    guard !isStopping, let place = wards.firstIndex(where: { $0.child == child }) else { return }
    wards[place].childEnded()
    switch outcome {
    case .finished: ended(place, child.name, nil)
    case .failed(let failure): ended(place, child.name, failure.error)
    }
  }
}
