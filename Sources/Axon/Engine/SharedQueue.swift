// SPDX-License-Identifier: Apache-2.0

/// The side door of an inbox: where senders on other threads put their messages.
///
/// Exists only once such a sender has come. The owner carries messages over to its ring in batches,
/// so that the lock is taken once for many. The inbox's capacity counts both.
final class SharedQueue<Message>: @unchecked Sendable {
  // Unchecked: all fields are guarded by `lock`. Messages needn't be Sendable, as each is on one side
  // only at any time.
  private let lock = Guarded(())
  private let capacity: Int
  private let whenFull: WhenFull
  private var messages: [Message] = []
  /// Messages carried over that the owner hasn't used up, as far as it said.
  private var carried = 0
  private var reserved = 0
  private var waiting: [Waiting] = []
  private var ownerSleeps = true
  /// Something came without a knock since the owner last looked.
  private var isUnseen = false
  private var isClosed = false
  private var drops = 0
  /// Where messages go since the inbox was linked onward: senders may not know yet.
  private var successor: (queue: SharedQueue, inbox: Inbox<Message>)?

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = capacity
    self.whenFull = whenFull
  }

  enum Offer {
    case done(Delivery, wakeOwner: Bool)
    /// No room: the message is still the sender's.
    case mustWait
    /// The inbox was linked onward: offer it there.
    case moved(SharedQueue, Inbox<Message>)
  }

  /// Puts a message in, if there is room; `message` is taken when it is.
  ///
  /// With `holdsReservation` the sender was woken for a slot that is kept for it.
  func offer(_ message: inout Message?, holdsReservation: Bool) -> Offer {
    lock.withLock { _ in
      if let (queue, inbox) = successor { return .moved(queue, inbox) }
      if holdsReservation { reserved -= 1 }
      if isClosed { return .done(.unheard, wakeOwner: false) }
      if messages.count + carried + reserved >= capacity {
        switch whenFull {
        case .wait: return .mustWait
        case .refuse: return .done(.full, wakeOwner: false)
        case .dropNewest:
          drops += 1
          return .done(.dropped, wakeOwner: false)
        case .dropOldest:
          drops += 1
          if !messages.isEmpty { messages.removeFirst() }
        }
      }
      guard let taken = message.take() else { return .done(.unheard, wakeOwner: false) }
      messages.append(taken)
      defer {
        isUnseen = !ownerSleeps
        ownerSleeps = false
      }
      return .done(.delivered, wakeOwner: ownerSleeps)
    }
  }

  /// Keeps a slot for a message that is about to come; false when there is none.
  func reserve() -> Bool {
    let (isKept, next) = lock.withLock { _ in
      guard successor == nil, isClosed || messages.count + carried + reserved < capacity else {
        return (false, successor?.queue)
      }
      reserved += 1
      return (true, nil)
    }
    return next?.reserve() ?? isKept
  }

  /// Joins the queue of senders that wait for room; false when there is room by now.
  func wait(_ sender: Waiting) -> Bool {
    let (waits, next) = lock.withLock { _ in
      guard successor == nil, !isClosed, messages.count + carried + reserved >= capacity else {
        return (false, successor?.queue)
      }
      waiting.append(sender)
      return (true, nil)
    }
    return next?.wait(sender) ?? waits
  }

  /// Whether a message would find no room.
  var isFull: Bool {
    let (isFull, next) = lock.withLock { _ in
      (!isClosed && messages.count + carried + reserved >= capacity, successor?.queue)
    }
    return next?.isFull ?? isFull
  }

  var count: Int { lock.withLock { _ in messages.count } }

  /// Those too that the owner has carried over and not used up, as far as it said.
  var countWithCarried: Int { lock.withLock { _ in messages.count + carried } }

  /// Messages dropped because it was full.
  var dropped: Int { lock.withLock { _ in drops } }

  /// Gives the owner, who has used up the last batch, the next one, and takes the first message of
  /// it for used at once.
  ///
  /// `isBatched`: up to half the capacity, so that senders and owner overlap; else one message. Only
  /// a queue whose senders wait may be batched: what was carried can't be dropped.
  func carry(isBatched: Bool) -> ArraySlice<Message> {
    let most = isBatched && whenFull == .wait ? max(1, capacity / 2) : 1
    return take(atMost: most, using: 1)
  }

  /// Gives the owner all there is, for use at once.
  func carryAll() -> ArraySlice<Message> { take(atMost: .max, using: .max) }

  private func take(atMost most: Int, using used: Int) -> ArraySlice<Message> {
    let (batch, woken) = lock.withLock { _ -> (ArraySlice<Message>, [Waiting]) in
      let share = min(messages.count, most)
      let batch = messages.prefix(share)
      if share == messages.count { messages = [] } else { messages.removeFirst(share) }
      carried = max(0, share - used)
      isUnseen = false
      return (batch, wakeable())
    }
    for sender in woken { sender.wake() }
    return batch
  }

  /// The owner's turn is over: from now on a message knocks.
  ///
  /// - Parameter unused: messages carried over that the owner still has.
  /// - Returns: whether something came that the owner hasn't seen and nobody knocked for.
  func settle(unused: Int) -> Bool {
    let (hasNews, woken) = lock.withLock { _ -> (Bool, [Waiting]) in
      carried = unused
      ownerSleeps = true
      defer { isUnseen = false }
      return (isUnseen, wakeable())
    }
    for sender in woken { sender.wake() }
    return hasNews
  }

  /// The owner has nothing to read and is about to sleep; false when something came meanwhile.
  func ownerMaySleep() -> Bool {
    let (may, woken) = lock.withLock { _ -> (Bool, [Waiting]) in
      guard messages.isEmpty else { return (false, []) }
      carried = 0
      ownerSleeps = true
      isUnseen = false
      return (true, wakeable())
    }
    for sender in woken { sender.wake() }
    return may
  }

  /// Takes out the senders for whom there is room now.
  ///
  /// Lock held.
  private func wakeable() -> [Waiting] {
    let free = capacity - messages.count - carried - reserved
    guard !waiting.isEmpty, free > 0 else { return [] }
    let woken = Array(waiting.prefix(free))
    waiting.removeFirst(woken.count)
    reserved += woken.count
    return woken
  }

  /// Takes a box's waits out of the queue, so that their owner can end.
  func removeWaits(of box: Box) -> [Waiting] {
    let (removed, next) = lock.withLock { _ in
      let removed = waiting.filter { $0.box === box }
      waiting.removeAll { $0.box === box }
      // A woken sender gives its reservation back when it tries again.
      reserved += removed.count
      return (removed, successor?.queue)
    }
    return next?.removeWaits(of: box) ?? removed
  }

  /// Gives back the slot that was kept for a sender that no longer wants it.
  func giveBackReservation() {
    let (woken, next) = lock.withLock { _ -> ([Waiting], SharedQueue?) in
      if let successor { return ([], successor.queue) }
      reserved -= 1
      return (wakeable(), nil)
    }
    next?.giveBackReservation()
    for sender in woken { sender.wake() }
  }

  /// Hands on all that is here and all that will come, in order, also beyond the other's capacity.
  ///
  /// Wiring held.
  func moveOn(to inbox: Inbox<Message>, _ queue: SharedQueue) {
    lock.withLock { _ in
      successor = (queue, inbox)
      queue.lock.withLock { _ in
        queue.messages += messages
        queue.waiting += waiting
        queue.reserved += reserved
        queue.isUnseen = queue.isUnseen || !queue.ownerSleeps
        queue.ownerSleeps = false
      }
      (messages, waiting, reserved) = ([], [], 0)
    }
  }

  /// Puts in messages that were elsewhere before, also beyond the capacity.
  func takeOver(_ moved: [Message]) {
    lock.withLock { _ in messages += moved }
  }

  func close() {
    let (woken, orphans) = lock.withLock { _ -> ([Waiting], [Message]) in
      isClosed = true
      defer {
        waiting = []
        messages = []
      }
      reserved += waiting.count
      return (waiting, messages)
    }
    for sender in woken { sender.wake() }
    _ = orphans
  }
}
