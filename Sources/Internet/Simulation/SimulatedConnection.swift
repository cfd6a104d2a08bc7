// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Both ends of a simulated connection, and the way between them.
///
/// On the scheduler's thread only. It lives as long as one of its streams, or an alarm of its own.
final class SimulatedConnection {
  /// The connecting end, or the one that let it in.
  enum Side: Int {
    case client
    case server

    var other: Side { self == .client ? .server : .client }
  }

  /// What one end knows.
  final class End {
    var watch: Watch?
    /// What comes in here.
    var wire: Wire
    var isConnected = false
    var wasClosed = false
    var resetsOnClose = false
    var hasFinishedSending = false
    /// Why nothing moves any more; 0 when all is well.
    var failure: Int32 = 0

    init(_ network: SimulatedNetwork) {
      wire = Wire(room: network.draw { $0.number(in: $1.buffer) })
    }
  }

  let network: SimulatedNetwork
  /// Counted in the run, for its trace.
  let number: Int
  let client: SocketAddress
  let server: SocketAddress
  /// Names of the two hosts, as partitions know them.
  let hosts: (client: String, server: String)
  private let clientEnd: End
  private let serverEnd: End

  init(
    _ number: Int, on network: SimulatedNetwork, from client: SocketAddress,
    to server: SocketAddress
  ) {
    self.network = network
    self.number = number
    self.client = client
    self.server = server
    hosts = (client.host, server.host)
    clientEnd = End(network)
    serverEnd = End(network)
  }

  subscript(side: Side) -> End { side == .client ? clientEnd : serverEnd }

  /// Whether a partition lies between the two.
  var isCut: Bool { network.isCut(hosts.client, from: hosts.server) }

  // MARK: Reading and writing

  func receive(_ side: Side, into place: UnsafeMutableRawBufferPointer) -> Int {
    if self[side].wire.arrived > 0 {
      let wasFull = self[side].wire.isFull
      let count = unsafe self[side].wire.read(into: place)
      // The sender hears of the room after a while.
      if wasFull { later(network.delay()) { $0.arrive(at: side) } }
      return count
    }
    if self[side].failure != 0 { return -Int(self[side].failure) }
    return self[side].wire.hasEnded ? 0 : -Int(EAGAIN)
  }

  func send(_ side: Side, _ bytes: UnsafeRawBufferPointer) -> Int {
    if self[side].failure != 0 { return -Int(self[side].failure) }
    if self[side].hasFinishedSending { return -Int(EPIPE) }
    let there = side.other
    let room = self[there].wire.roomForMore
    if !self[side].isConnected || room == 0 || network.now < self[there].wire.closedUntil {
      self[there].wire.wasRefused = true
      return -Int(EAGAIN)
    }
    var count = min(room, bytes.count)
    if count > 1, network.draw({ $0.chance($1.partialWrites) }) {
      count = network.draw { random, _ in random.number(in: 1...count - 1) }
      let pause = network.delay()
      self[there].wire.closedUntil = network.now + pause
      later(pause) { $0.makeRoom(for: side) }
    }
    unsafe self[there].wire.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    var left = count
    while left > 0 { left -= depart(to: there, atMost: left) }
    expectMore(at: there)
    return count
  }

  /// Puts a segment on its way; its bytes.
  private func depart(to side: Side, atMost most: Int) -> Int {
    let count = min(most, network.draw { $0.number(in: $1.segment) })
    var departure = network.now
    if let pace = network.conditions.bytesPerSecond {
      let time = Duration.nanoseconds(1_000_000_000 * count / max(1, pace))
      departure = max(departure, self[side].wire.busyUntil) + time
      self[side].wire.busyUntil = departure
    }
    let outage = network.draw { $0.chance($1.outages) ? $0.time(in: $1.outage) : .zero }
    let isLast = network.draw { $0.chance($1.resets) }
    let arrival = max(departure + network.delay() + outage, self[side].wire.lastArrival)
    self[side].wire.depart(Wire.Segment(count: count, arrival: arrival, isLast: isLast))
    return count
  }

  func finishSending(_ side: Side) {
    guard !self[side].hasFinishedSending, self[side].failure == 0 else { return }
    self[side].hasFinishedSending = true
    let moment = max(network.now + network.delay(), self[side.other].wire.lastArrival)
    self[side.other].wire.finish(arriving: moment)
    expectMore(at: side.other)
  }

  // MARK: Arriving

  /// Sets the alarm for what comes next, unless it is set.
  private func expectMore(at side: Side) {
    guard !self[side].wire.isAwaited, let moment = self[side].wire.nextArrival else { return }
    self[side].wire.isAwaited = true
    network.call(at: max(moment, network.now)) { [self] in
      self[side].wire.isAwaited = false
      arrive(at: side)
    }
  }

  /// Lets arrive what is due, as far as there is place for it.
  func arrive(at side: Side) {
    if holdUp(side) { return }
    var count = 0
    while let segment = self[side].wire.next, segment.arrival <= network.now {
      if segment.isLast { return breakOff(ECONNRESET) }
      if self[side].wasClosed { return refuseMore(at: side) }
      if self[side].wire.isFull { break }
      count += self[side].wire.deliver()
    }
    if count > 0 {
      note(.delivery, side, count)
      self[side].watch?.raise(readable: true)
      makeRoom(for: side.other)
    }
    if self[side].wire.next == nil, !self[side].wire.hasEnded,
      let end = self[side].wire.endArrival, end <= network.now
    {
      self[side].wire.deliverEnd()
      note(.end, side)
      self[side].watch?.raise(readable: true, hungUp: true)
    }
    if !self[side].wire.isFull { expectMore(at: side) }
  }

  /// Whether a partition keeps back what should arrive now; for too long, and the sender gives up.
  private func holdUp(_ side: Side) -> Bool {
    guard isCut else {
      self[side].wire.heldSince = nil
      return false
    }
    guard self[side].wire.heldSince == nil else { return true }
    let start = network.now
    self[side].wire.heldSince = start
    network.hold(self)
    network.call(at: start + network.conditions.endurance) { [self] in
      guard isCut, self[side].wire.heldSince == start else { return }
      fail(side.other, ETIMEDOUT)
    }
    return true
  }

  /// A partition has ended.
  func heal() {
    for side in [Side.client, .server] where self[side].wire.heldSince != nil {
      self[side].wire.heldSince = nil
      later(network.delay()) { $0.arrive(at: side) }
    }
  }

  /// Tells the writer of this side that there is room, if it was refused before.
  private func makeRoom(for side: Side) {
    let there = side.other
    guard self[there].wire.wasRefused, self[there].wire.roomForMore > 0,
      self[there].wire.closedUntil <= network.now
    else { return }
    self[there].wire.wasRefused = false
    self[side].watch?.raise(writable: true)
  }

  // MARK: Beginning and ending

  /// The connection stands, as far as this side knows.
  func establish(_ side: Side) {
    self[side].isConnected = true
    note(.connection, side)
    self[side].watch?.raise(writable: true)
  }

  /// What comes to an end that was closed is answered by a reset.
  private func refuseMore(at side: Side) {
    self[side].wire.cut()
    sendReset(to: side.other)
  }

  /// The owner of this side has let go.
  func close(_ side: Side) {
    guard !self[side].wasClosed else { return }
    self[side].wasClosed = true
    self[side].watch = nil
    guard self[side].failure == 0 else { return }
    if self[side].resetsOnClose || self[side].wire.arrived > 0 || !self[side].isConnected {
      self[side].failure = ECONNRESET
      self[side.other].wire.cut()
      sendReset(to: side.other)
    } else {
      finishSending(side)
    }
  }

  /// A reset overtakes what is under way, but no partition.
  func sendReset(to side: Side) {
    later(network.delay()) { connection in
      if connection.isCut { return connection.sendReset(to: side) }
      connection.fail(side, ECONNRESET)
    }
  }

  /// The network's fault: both ends lose the connection at once.
  func breakOff(_ code: Int32) {
    network.disturb(self)
    fail(.client, code)
    fail(.server, code)
  }

  /// This side learns that the connection is lost; what has arrived can still be read.
  func fail(_ side: Side, _ code: Int32) {
    guard self[side].failure == 0 else { return }
    self[side].failure = code
    if code == ETIMEDOUT || code == ECONNREFUSED { network.disturb(self) }
    note(.failure, side, Int(code))
    self[side].wire.cut()
    self[side.other].wire.cut()
    self[side].watch?.raise(readable: true, writable: true, hungUp: true)
  }

  // MARK: Telling

  private func later(_ time: Duration, _ body: @escaping (SimulatedConnection) -> Void) {
    network.call(at: network.now + time) { [self] in body(self) }
  }

  /// What the trace knows a step by.
  enum Step: Int {
    case connection = 1
    case delivery
    case end
    case failure

    var words: String { ["connected", "received", "saw the end", "failed with"][rawValue - 1] }
  }

  func note(_ step: Step, _ side: Side, _ count: Int = 0) {
    network.note(step.rawValue, number * 2 + side.rawValue, count) {
      let (one, other) = side == .client ? (client, server) : (server, client)
      return "\(one) \(step.words) \(count == 0 ? "" : "\(count) ")(\(other))"
    }
  }
}
