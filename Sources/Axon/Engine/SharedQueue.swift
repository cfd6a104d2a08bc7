// SPDX-License-Identifier: Apache-2.0

/// The side door of an inbox: where senders on other threads put their messages.
///
/// Exists only once such a sender has come. The owner carries messages over to its ring in batches,
/// so that the lock is taken once for many. The inbox's capacity counts both.
@safe
final class SharedQueue<Message>: @unchecked Sendable {
  // Unchecked: all of `state` is guarded by its lock. Messages needn't be Sendable, as each is on one
  // side only at any time.
  let state: UnsafeMutablePointer<DoorState>
  /// Where messages go since the inbox was linked onward: senders may not know yet.
  private var successor: (queue: SharedQueue, inbox: Inbox<Message>)?

  init(capacity: Int, whenFull: WhenFull) {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: DoorState(capacity: capacity, whenFull: whenFull))
    unsafe state.prepareLock()
  }

  deinit {
    unsafe state.pointee.removeAll(as: Message.self)
    unsafe state.pointee.ring?.deallocate()
    unsafe state.dropLock()
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// Puts a message in, if there is room; `message` is taken when it is.
  ///
  /// With `holdsReservation` the sender was woken for a slot that is kept for it.
  func offer(_ message: inout Message?, holdsReservation: Bool) -> DoorAnswer<Message> {
    unsafe state.lock()
    defer { unsafe state.unlock() }
    if let (queue, inbox) = successor { return .moved(queue, inbox) }
    if holdsReservation { unsafe state.pointee.reserved -= 1 }
    if unsafe state.pointee.isClosed { return .done(.unheard, wakeOwner: false) }
    if unsafe !state.pointee.hasRoom {
      switch unsafe state.pointee.whenFull {
      case .wait: return .mustWait
      case .refuse: return .done(.full, wakeOwner: false)
      case .dropNewest:
        unsafe state.pointee.drops += 1
        return .done(.dropped, wakeOwner: false)
      case .dropOldest:
        unsafe state.pointee.drops += 1
        if unsafe state.pointee.count > 0 {
          unsafe _ = state.pointee.removeFirst(as: Message.self)
        }
      }
    }
    guard let taken = message.take() else { return .done(.unheard, wakeOwner: false) }
    return unsafe .done(.delivered, wakeOwner: state.pointee.append(taken))
  }

  /// Keeps a slot for a message that is about to come; false when there is none.
  func reserve() -> Bool {
    if let next = lockHere() { return next.reserve() }
    defer { unsafe state.unlock() }
    guard unsafe state.pointee.isClosed || state.pointee.hasRoom else { return false }
    unsafe state.pointee.reserved += 1
    return true
  }

  /// Joins the queue of senders that wait for room; false when there is room by now.
  func wait(_ sender: Waiting) -> Bool {
    if let next = lockHere() { return next.wait(sender) }
    defer { unsafe state.unlock() }
    guard unsafe !state.pointee.isClosed, unsafe !state.pointee.hasRoom else { return false }
    unsafe state.pointee.waiting.append(sender)
    return true
  }

  /// Whether a message would find no room.
  var isFull: Bool {
    if let next = lockHere() { return next.isFull }
    defer { unsafe state.unlock() }
    return unsafe !state.pointee.isClosed && !state.pointee.hasRoom
  }

  var count: Int {
    unsafe state.lock()
    defer { unsafe state.unlock() }
    return unsafe state.pointee.count
  }

  /// Messages dropped because it was full.
  var dropped: Int {
    unsafe state.lock()
    defer { unsafe state.unlock() }
    return unsafe state.pointee.drops
  }

  /// What can be told of it; for the owner, who counts what it carried over, without that.
  func statistics(isOwner: Bool) -> BoxStatistics {
    unsafe state.lock()
    defer { unsafe state.unlock() }
    var statistics = BoxStatistics()
    let waiting = unsafe state.pointee.count
    statistics.depth = unsafe waiting + (isOwner ? 0 : state.pointee.carried)
    statistics.put = unsafe isOwner ? waiting : state.pointee.put
    statistics.taken = isOwner ? 0 : statistics.put - statistics.depth
    statistics.dropped = unsafe state.pointee.drops
    statistics.sendersWaiting = unsafe state.pointee.waiting.count
    return statistics
  }

  /// Whether this box waits for room here.
  func keepsWaiting(_ box: Box) -> Bool {
    if let next = lockHere() { return next.keepsWaiting(box) }
    defer { unsafe state.unlock() }
    return unsafe state.pointee.waiting.contains { $0.box === box }
  }

  /// Gives the owner, who has used up the last batch, the next one, and takes the first message of
  /// it for used at once.
  ///
  /// `isBatched`: up to half the capacity, so that senders and owner overlap; else one message. Only
  /// a queue whose senders wait may be batched: what was carried can't be dropped.
  ///
  /// - Returns: whether there is more.
  func carry(into ring: UnsafeMutablePointer<InboxState>, isBatched: Bool) -> Bool {
    unsafe state.lock()
    let isBatched = unsafe isBatched && state.pointee.whenFull == .wait
    let most = isBatched ? max(1, unsafe state.pointee.capacity / 2) : 1
    let share = unsafe min(state.pointee.count, most)
    unsafe move(share, into: ring)
    unsafe state.pointee.carried = max(0, share - 1)
    return unlockSeen()
  }

  /// Gives the owner all there is, for use at once.
  func carryAll(into ring: UnsafeMutablePointer<InboxState>) {
    unsafe state.lock()
    unsafe move(state.pointee.count, into: ring)
    unsafe state.pointee.carried = 0
    _ = unlockSeen()
  }

  /// Lock held.
  private func move(_ share: Int, into ring: UnsafeMutablePointer<InboxState>) {
    for _ in 0..<share {
      unsafe ring.pointee.append(state.pointee.removeFirst(as: Message.self))
    }
  }

  /// The owner has seen what there is: lets go of the lock and wakes whom there is room for.
  ///
  /// - Returns: whether messages are left.
  private func unlockSeen() -> Bool {
    unsafe state.pointee.isUnseen = false
    let hasMore = unsafe state.pointee.count > 0
    let woken = unsafe state.pointee.wakeable()
    unsafe state.unlock()
    for sender in woken { sender.wake() }
    return hasMore
  }

  /// The owner's turn is over: from now on a message knocks.
  ///
  /// - Parameter unused: messages carried over that the owner still has.
  /// - Returns: whether something came that the owner hasn't seen and nobody knocked for.
  func settle(unused: Int) -> Bool {
    unsafe state.lock()
    let hasNews = unsafe state.pointee.isUnseen
    unsafe state.pointee.carried = unused
    unsafe state.pointee.ownerSleeps = true
    _ = unlockSeen()
    return hasNews
  }

  /// The owner has nothing to read and is about to sleep; false when something came meanwhile.
  func ownerMaySleep() -> Bool {
    unsafe state.lock()
    guard unsafe state.pointee.count == 0 else {
      unsafe state.unlock()
      return false
    }
    unsafe state.pointee.carried = 0
    unsafe state.pointee.ownerSleeps = true
    _ = unlockSeen()
    return true
  }

  /// Takes a box's waits out of the queue, so that their owner can end.
  func removeWaits(of box: Box) -> [Waiting] {
    if let next = lockHere() { return next.removeWaits(of: box) }
    defer { unsafe state.unlock() }
    let removed = unsafe state.pointee.waiting.filter { $0.box === box }
    unsafe state.pointee.waiting.removeAll { $0.box === box }
    // A woken sender gives its reservation back when it tries again.
    unsafe state.pointee.reserved += removed.count
    return removed
  }

  /// Gives back the slot that was kept for a sender that no longer wants it.
  func giveBackReservation() {
    if let next = lockHere() { return next.giveBackReservation() }
    unsafe state.pointee.reserved -= 1
    let woken = unsafe state.pointee.wakeable()
    unsafe state.unlock()
    for sender in woken { sender.wake() }
  }

  /// Takes the lock, unless the messages go elsewhere by now.
  private func lockHere() -> SharedQueue? {
    unsafe state.lock()
    guard let (queue, _) = successor else { return nil }
    unsafe state.unlock()
    return queue
  }

  /// Hands on all that is here and all that will come, in order, also beyond the other's capacity.
  ///
  /// Wiring held.
  func moveOn(to inbox: Inbox<Message>, _ queue: SharedQueue) {
    unsafe state.lock()
    unsafe queue.state.lock()
    successor = (queue, inbox)
    while unsafe state.pointee.count > 0 {
      _ = unsafe queue.state.pointee.append(state.pointee.removeFirst(as: Message.self))
    }
    unsafe queue.state.pointee.waiting += state.pointee.waiting
    unsafe queue.state.pointee.reserved += state.pointee.reserved
    unsafe state.pointee.waiting = []
    // No room any more for whoever doesn't ask where to.
    unsafe state.pointee.reserved = .max / 2
    unsafe queue.state.unlock()
    unsafe state.unlock()
  }

  /// Puts in a message that was elsewhere before, also beyond the capacity.
  func takeOver(_ message: consuming Message) {
    unsafe state.lock()
    _ = unsafe state.pointee.append(message)
    unsafe state.unlock()
  }

  func close() {
    unsafe state.lock()
    unsafe state.pointee.isClosed = true
    let woken = unsafe state.pointee.waiting
    unsafe state.pointee.waiting = []
    unsafe state.pointee.reserved += woken.count
    // Dropped without the lock: a message's own end may do anything.
    var orphans: [Message] = []
    while unsafe state.pointee.count > 0 {
      orphans.append(unsafe state.pointee.removeFirst(as: Message.self))
    }
    unsafe state.unlock()
    for sender in woken { sender.wake() }
  }
}

/// What the side door answers a sender.
enum DoorAnswer<Message> {
  case done(Delivery, wakeOwner: Bool)
  /// No room: the message is still the sender's.
  case mustWait
  /// The inbox was linked onward: offer it there.
  case moved(SharedQueue<Message>, Inbox<Message>)
}
