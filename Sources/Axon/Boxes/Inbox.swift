// SPDX-License-Identifier: Apache-2.0

/// A typed queue of messages for one component, which alone reads it.
///
/// A handle: it may be taken out of the component before activation and linked from anywhere.
/// Messages need not be `Sendable`: a message belongs to its sender, then to the box, then to the
/// receiver.
@safe
public final class Inbox<Message>: Box, Finishable, @unchecked Sendable {
  // Unchecked: `state` is touched on the owner's home thread only; senders elsewhere use `side`.
  var hadProducer = false
  /// Inboxes were linked onward to this one.
  var hasFeeders = false
  /// The home knows of the side door.
  var isShared = false
  /// A signal said that no more will come, whoever is linked.
  private(set) var wasFinished = false
  private let staysOpen: Bool
  // At `stateOffset`, behind what fits before it; only reached through `state`.
  private var storage: InboxState
  /// The door for senders on other threads.
  ///
  /// Made and taken away under `wiring`; the home looks at it when it has been told, by `isShared`.
  var side: SharedQueue<Message>?
  /// Outboxes whose chain ends here.
  ///
  /// Guarded by `wiring`.
  var producers: Int32 = 0

  /// An inbox that holds at most `capacity` messages.
  ///
  /// - Parameters:
  ///   - capacity: messages, at least 1.
  ///   - whenFull: what happens to the next one.
  ///   - staysOpen: whether it goes on waiting when all its producers have finished, as a service's
  ///     inbox does.
  public init(capacity: Int = 32, whenFull: WhenFull = .wait, staysOpen: Bool = false) {
    precondition(capacity > 0, "an inbox's capacity must be at least 1, not \(capacity)")
    storage = InboxState(capacity: capacity, whenFull: whenFull)
    self.staysOpen = staysOpen
    super.init()
    assert(unsafe withUnsafePointer(to: &storage) { unsafe $0 == UnsafePointer(state) })
  }

  deinit { unsafe state.pointee.free(as: Message.self) }

  /// The queue, in the object itself.
  @inlinable @inline(__always)
  var state: UnsafeMutablePointer<InboxState> {
    unsafe (Unmanaged.passUnretained(self).toOpaque() + Box.stateOffset)
      .assumingMemoryBound(to: InboxState.self)
  }

  override var core: CorePointer? {
    get { unsafe state.pointee.core }
    set { unsafe state.pointee.core = unsafe newValue }
  }

  private var carrier: SharedQueue<Message>? { isShared ? side : nil }

  // MARK: Reading

  /// Waits for the next message, oldest first.
  ///
  /// - Returns: `nil` when all producers have finished and everything was read, or when the component
  ///   must stop.
  @inlinable @inline(__always)
  public func next() async -> sending Message? {
    while true {
      if isReady() {
        nonisolated(unsafe) let message = unsafe state.pointee.removeFirst(as: Message.self)
        if unsafe state.pointee.isSenderParked { unsafe state.pointee.unparkSender() }
        return unsafe message
      }
      guard let core = unsafe readyToWait() else { return await nextSlowly() }
      unsafe core.pointee.waits &+= 1
      unsafe await withUnsafeContinuation { unsafe state.pointee.waiter = $0 }
      unsafe core.pointee.waits &-= 1
    }
  }

  /// The owner, when nothing keeps it from waiting for a message right now; spends budget.
  @inlinable @inline(__always)
  func readyToWait() -> CorePointer? {
    let state = unsafe self.state
    guard let core = unsafe state.pointee.core, unsafe currentThread().pointee.core == core,
      unsafe state.pointee.count == 0, unsafe state.pointee.attention.isNone,
      unsafe state.pointee.waiter == nil, unsafe core.pointee.budget > 0,
      unsafe !core.pointee.isCallback
    else { return nil }
    unsafe core.pointee.budget &-= 1
    return unsafe core
  }

  /// Takes the oldest message without waiting.
  ///
  /// - Returns: `nil` when there is none, or when the turn's budget is used up; then the component
  ///   gets another turn by itself.
  @inlinable @inline(__always)
  public func take() -> sending Message? {
    if isReady() {
      nonisolated(unsafe) let message = unsafe state.pointee.removeFirst(as: Message.self)
      if unsafe state.pointee.isSenderParked { unsafe state.pointee.unparkSender() }
      // Behind a side door there may be more.
      if unsafe state.pointee.put != state.pointee.taken || !state.pointee.attention.isNone {
        unsafe state.pointee.core.unsafelyUnwrapped.pointee.hasEvent = true
      }
      return unsafe message
    }
    return takeSlowly()
  }

  /// Whether the oldest message may be taken the fast way; spends budget.
  @inlinable @inline(__always)
  func isReady() -> Bool {
    let state = unsafe self.state
    guard unsafe isTurn(of: state.pointee.core), unsafe state.pointee.put != state.pointee.taken,
      unsafe state.pointee.attention.allowsTaking
    else { return false }
    let core = unsafe state.pointee.core.unsafelyUnwrapped
    unsafe core.pointee.budget &-= 1
    return unsafe core.pointee.budget >= 0
  }

  @usableFromInline
  func takeSlowly() -> sending Message? {
    assertReader()
    if let core = unsafe state.pointee.core {
      // A thread of its own has no turns to share.
      let isAlone = home is ThreadHome
      if isAlone { home?.runErrands() }
      guard unsafe isAlone || core.pointee.budget > 0 else {
        unsafe core.pointee.hasEvent = true
        return nil
      }
      unsafe core.pointee.budget &-= isAlone ? 0 : 1
    }
    return takeOne()
  }

  @usableFromInline
  func nextSlowly() async -> sending Message? {
    while true {
      assertReader()
      guard let core = unsafe state.pointee.core, let async = unsafe core.pointee.async else {
        preconditionFailure("\(path): next() is for components with an async main; use take()")
      }
      if unsafe core.pointee.budget <= 0 {
        unsafe await async.takeUnretainedValue().yield()
        continue
      }
      unsafe core.pointee.budget &-= 1
      if let message = takeOne() { return message }
      if isFinished { return nil }
      if let carrier, !carrier.ownerMaySleep() { continue }
      precondition(unsafe state.pointee.waiter == nil, "\(path): two tasks wait for one inbox")
      unsafe core.pointee.waits += 1
      unsafe await withUnsafeContinuation { unsafe state.pointee.waiter = $0 }
      unsafe core.pointee.waits -= 1
    }
  }

  /// Waits for the next message, blocking the thread: for a `ThreadedComponent`.
  ///
  /// - Returns: `nil` when all producers have finished and everything was read, or when the component
  ///   must stop.
  public func blockingNext() -> sending Message? {
    while true {
      assertReader()
      guard let thread = home as? ThreadHome else {
        preconditionFailure("\(path): blockingNext() is for threaded components")
      }
      // A stop must reach it also while there is always something to read.
      thread.runErrands()
      if let message = takeOne() { return message }
      if isFinished { return nil }
      if let carrier, !carrier.ownerMaySleep() { continue }
      thread.park()
    }
  }

  /// Takes from the ring or, when that is empty, from the side door; lets waiting senders in.
  private func takeOne() -> sending Message? {
    if unsafe state.pointee.attention.contains(.closed) { return nil }
    if unsafe state.pointee.count == 0 { carryOver() }
    guard unsafe state.pointee.count > 0 else { return nil }
    nonisolated(unsafe) let message = unsafe state.pointee.removeFirst(as: Message.self)
    if unsafe state.pointee.count > 0 { unsafe state.pointee.core?.pointee.hasEvent = true }
    if unsafe state.pointee.isSenderParked { unsafe state.pointee.unparkSender() }
    if unsafe state.pointee.attention.contains(.senders) { admitSender() }
    return unsafe message
  }

  private func carryOver() {
    guard let carrier else { return }
    // Nobody puts things in order after plain code's turn: it takes one by one.
    if unsafe carrier.carry(into: state, isBatched: state.pointee.core != nil) {
      unsafe state.pointee.core?.pointee.hasEvent = true
    }
  }

  /// Wakes the sender that waits longest, if there is room for it.
  func admitSender() {
    guard unsafe state.pointee.hasRoom, unsafe !state.pointee.senders.isEmpty else { return }
    let sender = unsafe state.pointee.senders.removeFirst()
    if unsafe state.pointee.senders.isEmpty { unsafe state.pointee.unmark(.senders) }
    unsafe state.pointee.reserved += 1
    sender.wake()
  }

  private func assertReader() {
    guard let owner = unsafe state.pointee.core else {
      // Nobody's box: it becomes the reader's, or plain code reads it while nothing runs.
      adoptByCurrent()
      if carrier == nil, let side = wiring.withLock({ _ in self.side }) { carry(side) }
      return
    }
    if unsafe currentThread().pointee.core == owner { return }
    preconditionFailure("\(path) was read by another component or thread than its owner")
  }

  // MARK: Looking

  /// Messages waiting here now.
  public override var count: Int { unsafe state.pointee.count + (visibleDoor?.count ?? 0) }

  override func statistics(seenFrom home: Home) -> BoxStatistics { read(from: home) }

  /// The side door, as far as it may be looked at from here: plain code's box has no other.
  var visibleDoor: SharedQueue<Message>? {
    if let carrier { return carrier }
    guard unsafe state.pointee.core == nil else { return nil }
    return wiring.withLock { _ in side }
  }

  /// Whether some outbox leads here now.
  package var isFed: Bool { wiring.withLock { _ in producers > 0 } }

  override var waitsForStrangers: Bool { isBeingLeft }

  // MARK: Wiring

  override func adopt(by core: CorePointer, slot: UInt8) {
    wiring.hold()
    unsafe take(core, slot: slot)
    countSendersAbroad()
    let side = self.side
    wiring.letGo()
    if let side { carry(side) }
    interpretWaiting()
    let senders = wiring.withLock { _ in previous.isEmpty ? [] : sendersUpstream() }
    for sender in senders { sender.rerouteAtHome(sinkEnded: false) }
    refresh()
  }

  private func carry(_ side: SharedQueue<Message>) {
    isShared = true
    unsafe state.pointee.mark(.shared)
    unsafe state.pointee.core?.settleLater(self)
    _ = settle()
  }

  override func settle() -> Bool {
    carrier?.settle(unused: unsafe state.pointee.count) ?? false
  }

  /// The side door, where senders on this thread too must use it.
  var doorForNeighbours: SharedQueue<Message>? { carrier }

  /// A sender on another thread left something at the side door, or the last producer has gone.
  override func wakeAtHome() {
    if carrier == nil, let side = wiring.withLock({ _ in self.side }) { carry(side) }
    refresh()
    guard unsafe state.pointee.core != nil else { return }
    interpretWaiting()
    wakeOwner()
  }

  /// Reads signals that came by the side door, for a component that doesn't itself.
  private func interpretWaiting() {
    guard unsafe state.pointee.attention.contains(.control), let carrier else { return }
    unsafe carrier.carryAll(into: state)
    while unsafe state.pointee.count > 0 {
      interpret(unsafe state.pointee.removeFirst(as: Message.self))
    }
    if carrier.settle(unused: 0) { interpretWaiting() }
  }

  /// Reads a signal for a component that doesn't read its `control` inbox itself.
  func interpret(_ message: Message) {
    guard let signal = message as? Signal, let core = unsafe state.pointee.core else { return }
    unsafe core.react(to: signal)
  }

  /// Marks the inbox as one that the component's base reads.
  func interpretSignals() {
    unsafe state.pointee.mark(.control)
  }

  /// The side door, made when the first sender from elsewhere comes.
  ///
  /// Wiring held.
  func sideDoor() -> SharedQueue<Message> {
    if let side { return side }
    let made = unsafe SharedQueue<Message>(
      capacity: Int(state.pointee.capacity), whenFull: state.pointee.whenFull)
    side = made
    return made
  }

  /// Whether a sender may park is read anew when senders came or went.
  ///
  /// Home thread, wiring held.
  func countSenders() {
    unsafe state.pointee.hasOneSender = producers == 1
  }

  /// Wiring held.
  func producerCame() {
    producers += 1
    hadProducer = true
  }

  /// Wiring held; true when it was the last one.
  func producerLeft() -> Bool {
    producers -= 1
    if producers == 0, next != nil { (last as? Inbox)?.hadProducer = true }
    return producers == 0
  }

  var isUsedUp: Bool? {
    let counts = wiring.withLock { _ in hadProducer && !staysOpen && next == nil }
    return counts ? isFinished && isEmpty : nil
  }

  /// Reads anew whether all producers have finished.
  ///
  /// Home thread.
  func refresh() {
    wiring.hold()
    let finished = wasFinished || (hadProducer && !hasProducers && !staysOpen && next == nil)
    let side = self.side
    wiring.letGo()
    // What the last producer left at the side door counts before its end does.
    if finished, carrier == nil, let side { carry(side) }
    guard unsafe finished != state.pointee.attention.contains(.finished) else { return }
    if finished { markFinished() } else { unsafe state.pointee.unmark(.finished) }
  }

  /// Behaves as if all producers had finished: what is queued can still be read.
  func finish() {
    wiring.withLock { _ in wasFinished = true }
    markFinished()
  }

  private func markFinished() {
    unsafe state.pointee.mark(.finished)
    unsafe state.pointee.core?.pointee.inputEnded = true
    wakeOwner()
  }

  override func inherit(from source: Box) {
    if let source = source as? Inbox { takeOver(source) }
  }

  override func cut() {
    unsafe state.pointee.mark(.closed)
    unsafe state.pointee.removeAll(as: Message.self)
    unsafe state.pointee.unparkSender()
    wakeOwner()
  }

  /// Ends the inbox: it takes no more, and its linkages are broken.
  public override func close() {
    super.close()
    unsafe state.pointee.mark(.closed)
    unsafe state.pointee.unparkSender()
    let senders = unsafe state.pointee.senders
    unsafe state.pointee.senders = []
    for sender in senders {
      unsafe state.pointee.reserved += 1
      sender.wake()
    }
    unsafe state.pointee.removeAll(as: Message.self)
    wiring.hold()
    forgetOwner()
    let side = self.side
    wiring.letGo()
    side?.close()
  }
}
