// SPDX-License-Identifier: Apache-2.0

/// One child after another in the same place, each made to order.
///
/// ```swift
/// let player = Carousel<String, Never, Bytes> { path in OggFileReader(path: path) }
/// try link(playlist.outbox, to: player.next)
/// try link(player.requestNext, to: playlist.inbox)
/// try link(player.outbox, to: sound.inbox)
/// ```
/// Children of several classes are wrapped: `{ kind in try Pipeline { Reader(kind) } }`.
///
/// | box | what travels |
/// |---|---|
/// | `next` | orders: the live child is asked to end, and a new one made from the order once it has |
/// | `inbox` | data for the live child |
/// | `outbox` | data from the live child |
/// | `requestNext` | how a child ended that wasn't asked to |
///
/// A message belongs to the child that is live when it is handed over, which is at once while the
/// child has room. From the moment that an order is seen, and while no child is live, messages wait
/// in `inbox` for the new one. A child that is stopped takes what it hasn't read with it; with
/// `letsChildrenFinish` it is only told that its input has ended, reads the rest, and ends by itself.
///
/// When the producers of `next` have finished, or `control` got `producerFinished`, the orders that
/// wait are carried out, and the carousel ends with its last child. `shutdown` drops them and ends
/// it at once, as does the end of the last listener. A child's error ends that child only; an error
/// of the factory ends the carousel. It then says `producerFinished` or `failed` on `signal`.
public final class Carousel<Next, Input, Output>: CallbackComponent, Source, Sink {
  /// Orders for a new child.
  public let next: Inbox<Next>
  /// Data for the live child.
  public let inbox = Inbox<Input>()
  /// Data from the live child.
  public let outbox = Outbox<Output>()
  /// How a child ended that wasn't asked to.
  public let requestNext = Outbox<Outcome>()
  /// Whether a child that must go reads first what it was given; to be set before activation.
  ///
  /// Without effect on one that takes no data.
  public var letsChildrenFinish = false
  private let berth: Berth<Input, Output>
  private let make: (sending Next) throws -> Arrival<Input, Output>
  /// What `requestNext` had no room for.
  private var requests: [Outcome] = []

  private init(
    capacity: Int, arrival make: sending @escaping (sending Next) throws -> Arrival<Input, Output>
  ) {
    next = Inbox(capacity: capacity)
    berth = Berth(inbox: inbox, outbox: outbox)
    self.make = make
  }

  /// A carousel whose children take and give data.
  ///
  /// - Parameters:
  ///   - capacity: orders that wait.
  ///   - make: makes a child from an order.
  public convenience init<C: Source & Sink>(
    capacity: Int = 32, _ make: sending @escaping (sending Next) throws -> sending C
  ) where C.Input == Input, C.Output == Output {
    self.init(capacity: capacity) { order in
      let child = try make(order)
      let (inbox, outbox) = (child.inbox, child.outbox)
      return Arrival(seed: Seed(child), inbox: inbox, outbox: outbox)
    }
  }

  /// A carousel whose children only give data.
  ///
  /// - Parameters:
  ///   - capacity: orders that wait.
  ///   - make: makes a child from an order.
  public convenience init<C: Source>(
    capacity: Int = 32, _ make: sending @escaping (sending Next) throws -> sending C
  ) where Input == Never, C.Output == Output {
    self.init(capacity: capacity) { order in
      let child = try make(order)
      let outbox = child.outbox
      return Arrival(seed: Seed(child), inbox: nil, outbox: outbox)
    }
  }

  /// A carousel whose children only take data.
  ///
  /// - Parameters:
  ///   - capacity: orders that wait.
  ///   - make: makes a child from an order.
  public convenience init<C: Sink>(
    capacity: Int = 32, _ make: sending @escaping (sending Next) throws -> sending C
  ) where C.Input == Input, Output == Never {
    self.init(capacity: capacity) { order in
      let child = try make(order)
      let inbox = child.inbox
      return Arrival(seed: Seed(child), inbox: inbox, outbox: nil)
    }
  }

  override public var stopsWhenUnheard: Bool { false }
  override public var endsWithItsInputs: Bool { false }

  override public func mainBody() throws -> Turn {
    if berth.isAbandoned { return .finished }
    while !requests.isEmpty, !requestNext.isFull { requestNext.post(requests.removeFirst()) }
    if berth.child == nil, let order = next.take() {
      _ = try berth.start(make(order), under: self)
      // Each one gets a turn of its own before it has to go for the next.
      if !next.isEmpty { return .again }
    }
    if berth.child == nil { return next.isFinished && next.isEmpty ? .finished : .pause }
    if next.isEmpty { berth.pump() } else { berth.ask(letsFinish: letsChildrenFinish) }
    return .pause
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) {
    guard child == berth.child else { return }
    if !berth.isLeaving, requestNext.isHeard { requests.append(outcome) }
    berth.childEnded()
  }
}
