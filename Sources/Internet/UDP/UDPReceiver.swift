// SPDX-License-Identifier: Apache-2.0
public import Axon

/// Receives datagrams, those for groups included.
///
/// ```swift
/// let receiver = try UDPReceiver(port: 1500)
/// try link(receiver.outbox, to: counting.inbox)
/// scheduler.activate(receiver)
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | each datagram with its sender |
/// | `membership` | groups to be joined or left |
/// | `drops` | how many datagrams the kernel has dropped since the start, when they have become more |
///
/// The sink's own policy decides on a burst. One that waits leaves datagrams in the kernel, and when
/// that is full it drops the newest (`drops` tells); one that drops gets all at once, and keeps the
/// newest or the oldest as it says. It ends when nobody listens any more, by `shutdown` or
/// `producerFinished`, or with ``InternetError`` when the kernel refuses; a group is left then.
public class UDPReceiver: CallbackComponent, Source {
  /// Each datagram with its sender.
  public final let outbox = Outbox<Datagram>()
  /// Groups to be joined or left.
  public final let membership = Inbox<Membership>(staysOpen: true)
  /// How many datagrams the kernel has dropped since the start.
  public final let drops = Outbox<Int>()
  /// Where it receives, with the port that the kernel chose when 0 was asked for.
  public final let address: SocketAddress
  private final let groups: [MulticastGroup]
  private final let hasOnePeer: Bool
  /// The socket as it came, until the first turn.
  private final var arrived: DatagramSocket?
  private final var flow: DatagramFlow?

  /// Takes the port at once; what comes waits in the kernel until activation.
  ///
  /// - Parameters:
  ///   - host: the address to receive at, as a literal; `nil`: 127.0.0.1, but every address of the
  ///     groups' family where there are groups.
  ///   - port: 0 lets the kernel choose.
  ///   - groups: joined from the start.
  ///   - settings: how the socket is set up.
  /// - Throws: ``InternetError`` when the address can't be had or a group can't be joined.
  public convenience init(
    host: String? = nil, port: UInt16, groups: [MulticastGroup] = [],
    settings: DatagramSettings = DatagramSettings()
  ) throws(InternetError) {
    try self.init(
      at: Self.address(host, port: port, groups: groups), groups: groups, settings: settings)
  }

  /// Binds the socket and joins the groups.
  init(
    at wanted: SocketAddress, groups: [MulticastGroup], settings: DatagramSettings,
    hasOnePeer: Bool = false
  ) throws(InternetError) {
    var settings = settings
    if !groups.isEmpty { settings.sharesAddress = true }
    let socket = try DatagramSocket(boundTo: wanted, settings)
    for group in groups { try socket.change(.join(group)) }
    address = socket.address
    arrived = consume socket
    self.groups = groups
    self.hasOnePeer = hasOnePeer
  }

  /// Where to bind for these groups.
  static func address(
    _ host: String?, port: UInt16, groups: [MulticastGroup]
  ) throws(InternetError) -> SocketAddress {
    if host == nil, let group = groups.first { return group.address.anyAddress(port: port) }
    let literal = host ?? "127.0.0.1"
    guard let address = SocketAddress(literal: literal, port: port) else {
      throw InternetError(
        "receive at", literal,
        reason: "not an address; use a literal like 127.0.0.1, 0.0.0.0 or ::1")
    }
    return address
  }

  /// What is to be sent may have to go on.
  override public var stopsWhenUnheard: Bool { false }

  /// It waits for the network, too.
  override public var endsWithItsInputs: Bool { false }

  override public func initialiseComponent() throws {
    guard let socket = arrived.take() else { return }
    flow = try DatagramFlow(socket, of: self, hasOnePeer: hasOnePeer)
  }

  override public func mainBody() throws -> Turn {
    while let change = membership.take() { try flow?.change(change) }
    let hasMoreToSend = try flow?.send { takeNext() } ?? false
    if isOver { return .finished }
    let hasMoreToReceive = try flow?.receive(into: outbox) ?? false
    flow?.tellDrops(by: drops)
    return hasMoreToSend || hasMoreToReceive ? .again : .pause
  }

  override public func closeDownComponent() { flow = nil }

  /// The next datagram to be sent; a receiver has none.
  func takeNext() -> Datagram? { nil }

  /// Whether the component that feeds it goes on; a receiver has none.
  var isFed: Bool { false }

  private var isOver: Bool {
    if isFed || flow?.isSending == true { return false }
    if outbox.hadTarget { return !outbox.isHeard || control.isFinished }
    return control.isFinished || hasNothingToDo
  }

  /// Whether its work is done when nobody was ever to hear what comes.
  var hasNothingToDo: Bool { false }
}
