// SPDX-License-Identifier: Apache-2.0

/// What a box has to tell of itself: how full it is, and what became of its messages.
public struct BoxStatistics: Sendable, Equatable {
  /// Messages waiting.
  public var depth = 0
  /// Most messages that it holds.
  public var capacity = 0
  /// What happens to a message that finds it full.
  public var whenFull = WhenFull.wait
  /// Messages that ever came in.
  public var put = 0
  /// Messages that ever left it: taken by the owner, or dropped for a newer one.
  public var taken = 0
  /// Messages dropped because it was full.
  public var dropped = 0
  /// Senders that wait for room.
  public var sendersWaiting = 0
  /// Whether its owner waits here: at an inbox for a message, at an outbox for room.
  public var isAwaited = false

  /// An empty box without room.
  public init() {}

  /// Whether it holds all that it can.
  public var isFull: Bool { capacity > 0 && depth >= capacity }
}

extension Inbox {
  /// What can be told: to the owner's home all, elsewhere what the side door knows.
  ///
  /// Of an inbox that lives on another thread nothing but its side door may be read; that holds all
  /// its messages, as nobody but its own thread could put one elsewhere.
  func read(from home: Home) -> BoxStatistics {
    let (isHome, side) = wiring.withLock { _ in (self.home === home, self.side) }
    var statistics = side?.statistics(isOwner: isHome) ?? BoxStatistics()
    statistics.capacity = unsafe Int(state.pointee.capacity)
    statistics.whenFull = unsafe state.pointee.whenFull
    guard isHome else { return statistics }
    statistics.depth += unsafe state.pointee.count
    statistics.put += unsafe state.pointee.put
    statistics.taken += unsafe state.pointee.taken
    statistics.dropped += unsafe Int(state.pointee.dropped)
    statistics.sendersWaiting += unsafe state.pointee.senders.count
    if unsafe state.pointee.isSenderParked { statistics.sendersWaiting += 1 }
    statistics.isAwaited = unsafe state.pointee.waiter != nil
    return statistics
  }

  /// Whether this outbox stands in the queue of those that wait for room here.
  ///
  /// Only what may be seen from that home.
  func keepsWaiting(_ sender: Box, seenFrom home: Home) -> Bool {
    let (isHome, side) = wiring.withLock { _ in (self.home === home, self.side) }
    if side?.keepsWaiting(sender) == true { return true }
    guard isHome else { return false }
    // Only its one sender parks.
    if unsafe state.pointee.isSenderParked { return true }
    return unsafe state.pointee.senders.contains { $0.box === sender }
  }
}

extension Outbox {
  /// Whether its owner waits for room at the sink, as far as that can be seen from here.
  func read(from home: Home) -> BoxStatistics {
    let (isHome, target) = wiring.withLock { _ in (self.home === home, self.target) }
    var statistics = BoxStatistics()
    statistics.isAwaited =
      (isHome && waitsForRoom) || target?.keepsWaiting(self, seenFrom: home) == true
    return statistics
  }
}
