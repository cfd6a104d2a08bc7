// SPDX-License-Identifier: Apache-2.0

/// Where a component puts messages for whoever is linked to it.
///
/// A handle, like `Inbox`. An outbox with no component (one made by plain code to feed a system)
/// sends from any thread; it has finished when it says `finish()`, or when nobody keeps it any more.
@safe
public final class Outbox<Message>: Box, @unchecked Sendable {
  // Unchecked: `owner`, `sink` and `target` change on the owner's home thread only; without an owner
  // every send looks the way up under `wiring`.
  /// Whether it ever led to an inbox.
  package private(set) var hadTarget = false
  // At `stateOffset`, behind what fits before it; only reached through `route`.
  private var storage = Route()

  /// The final sink; changed under `wiring` and, with an owner, on its home thread.
  var target: Inbox<Message>?
  /// What only those need that send abroad or wait in a queue.
  private(set) var more: OutboxMore<Message>?
  /// The homes whose senders abroad this box is counted among: one, or two while it moves.
  ///
  /// Guarded by `wiring`, as other threads count too.
  private(set) var counted: [SenderAbroad] = []

  /// An outbox that leads nowhere yet.
  public override init() {
    super.init()
    assert(unsafe withUnsafePointer(to: &storage) { unsafe $0 == UnsafePointer(route) })
  }

  deinit {
    if next != nil || target != nil || !counted.isEmpty { abandon() }
  }

  /// The fast way, in the object itself.
  @inlinable @inline(__always)
  var route: UnsafeMutablePointer<Route> {
    unsafe (Unmanaged.passUnretained(self).toOpaque() + Box.stateOffset)
      .assumingMemoryBound(to: Route.self)
  }

  @usableFromInline var owner: CorePointer? { unsafe route.pointee.owner }

  override var core: CorePointer? {
    get { unsafe route.pointee.owner }
    set { unsafe route.pointee.owner = unsafe newValue }
  }

  private var orMore: OutboxMore<Message> {
    if let more { return more }
    let made = OutboxMore<Message>()
    more = made
    return made
  }

  /// Where it stands in a queue of senders, without a continuation.
  var queuedAt: Slot? { more?.queuedAt }

  // MARK: Sending

  /// Sends a message; waits for room where the sink's policy says so.
  ///
  /// - Returns: false when it wasn't delivered: nobody listens, the sink's policy dropped or refused
  ///   it, or the component must stop.
  @inlinable @inline(__always) @discardableResult
  public func send(_ message: sending Message) async -> Bool {
    while true {
      if let sink = unsafe readySink(), let core = unsafe route.pointee.owner,
        unsafe core.pointee.budget > 0, unsafe !core.pointee.isStopping
      {
        unsafe core.pointee.budget &-= 1
        unsafe sink.pointee.appendWithinLimit(message)
        unsafe sink.pointee.wakeOwner()
        return true
      }
      guard let (core, sink) = unsafe sinkToParkAt() else {
        if let door = unsafe doorWithRoom() {
          letIn(unsafe door.pointee.append(message))
          return true
        }
        return await sendSlowly(message) == .delivered
      }
      unsafe core.pointee.waits &+= 1
      unsafe await withUnsafeContinuation { continuation in
        unsafe sink.pointee.isSenderParked = true
        unsafe sink.pointee.parkedSender = continuation
      }
      unsafe core.pointee.waits &-= 1
    }
  }

  /// Own core and the full sink, when an async sender may simply wait there; spends budget.
  @inlinable @inline(__always)
  func sinkToParkAt() -> (CorePointer, UnsafeMutablePointer<InboxState>)? {
    guard let core = unsafe route.pointee.owner, unsafe currentThread().pointee.core == core,
      let sink = unsafe route.pointee.sink, unsafe sink.canParkSender(),
      unsafe !sink.pointee.isSenderParked, unsafe !core.pointee.isCallback,
      unsafe core.pointee.budget > 0, unsafe !core.pointee.isStopping
    else { return nil }
    unsafe core.pointee.budget &-= 1
    return unsafe (core, sink)
  }

  /// Has a component in the callback form woken when its full sink has room, if that is so simple.
  @inlinable @inline(__always)
  func parkCore() -> Bool {
    guard let core = unsafe route.pointee.owner, unsafe currentThread().pointee.core == core,
      let sink = unsafe route.pointee.sink, unsafe sink.canParkSender(),
      unsafe !sink.pointee.isSenderParked || sink.pointee.parkedCore == core,
      unsafe core.pointee.isCallback
    else { return false }
    unsafe sink.pointee.isSenderParked = true
    unsafe sink.pointee.parkedCore = unsafe core
    return true
  }

  /// Sends a message without waiting.
  ///
  /// Where the sink is full and its policy is to wait, the message is lost: ask `isFull` before.
  @inlinable @inline(__always) @discardableResult
  public func post(_ message: sending Message) -> Delivery {
    if let sink = unsafe readySink() {
      unsafe sink.pointee.appendWithinLimit(message)
      unsafe sink.pointee.wakeOwner()
      return .delivered
    }
    if let door = unsafe doorWithRoom() {
      letIn(unsafe door.pointee.append(message))
      return .delivered
    }
    return postSlowly(message)
  }

  /// The side door of the sink, locked, when it has room; spends budget.
  @inlinable
  func doorWithRoom() -> UnsafeMutablePointer<DoorState>? {
    guard let door = unsafe route.pointee.door, let core = unsafe route.pointee.owner,
      unsafe isTurn(of: core), unsafe core.pointee.budget > 0, unsafe !core.pointee.isStopping,
      unsafe door.lockIfRoom()
    else { return nil }
    unsafe core.pointee.budget &-= 1
    return unsafe door
  }

  /// Lets go of the door's lock, and knocks if it must.
  @usableFromInline
  func letIn(_ mustKnock: Bool) {
    unsafe route.pointee.door?.unlock()
    if mustKnock { (more?.doorInbox ?? target)?.knock() }
  }

  /// The final sink, when a message may be put there the fast way.
  @inlinable @inline(__always)
  func readySink() -> UnsafeMutablePointer<InboxState>? {
    let route = unsafe self.route
    guard let sink = unsafe route.pointee.sink,
      unsafe isTurn(of: route.pointee.owner),
      unsafe sink.pointee.isWithinLimit
    else { return nil }
    return unsafe sink
  }

  @usableFromInline
  func postSlowly(_ message: sending Message) -> Delivery {
    var message: Message? = message
    guard let (inbox, door) = findWay() else { return .unheard }
    let isPromised = takePromise()?.isKept(at: inbox, door) ?? false
    let admission = offer(&message, to: inbox, door: door, isPromised: isPromised)
    if case .done(let delivery) = admission { return delivery }
    return .full
  }

  /// Whether a message would find no room now.
  ///
  /// A component in the callback form that asks is woken when there is.
  @inlinable @inline(__always) public var isFull: Bool {
    if unsafe readySink() != nil { return false }
    return parkCore() || isFullSlowly
  }

  @usableFromInline var isFullSlowly: Bool {
    guard let (inbox, door) = findWay(), inbox.policy == .wait else { return false }
    if let promise = takePromise(), promise.isKept(at: inbox, door) {
      orMore.promised = promise
      return false
    }
    // Plain code has nobody to wake, and no turn at whose end a slot would be given back.
    guard let core = unsafe owner else { return door?.isFull ?? !inbox.admitsNow }
    if let door {
      // Another thread might take the room before the message comes: it is kept.
      if door.reserve() {
        unsafe keep(Slot(inbox: inbox, door: door), for: core)
        return false
      }
    } else if inbox.admitsNow {
      return false
    }
    if queuedAt != nil { return true }
    let me = unsafe Waiting(box: self, continuation: nil)
    if let door {
      guard door.wait(me) else { return isFull }
      unsafe countWaitAbroad(of: core, by: 1)
    } else {
      inbox.await(me)
    }
    orMore.queuedAt = Slot(inbox: inbox, door: door)
    return true
  }

  /// Ends the outbox before its component ends, if it has one: its sinks see that it has finished.
  public func finish() {
    close()
  }

  override func wakeAtHome() {
    guard let slot = leaveQueue() else { return }
    guard let core = unsafe owner else { return slot.giveBack() }
    unsafe core.wake()
    // Who waits for something else wouldn't use the slot.
    if unsafe core.pointee.status == .idle { return slot.giveBack() }
    unsafe keep(slot, for: core)
  }

  /// Keeps a slot until the next message, or the end of a turn without one.
  private func keep(_ slot: Slot, for core: CorePointer) {
    let more = orMore
    more.promised = slot
    if more.willSettle { return }
    more.willSettle = true
    unsafe core.settleLater(self)
  }

  private func leaveQueue() -> Slot? {
    guard let more, let slot = more.queuedAt else { return nil }
    more.queuedAt = nil
    if slot.door != nil, let core = unsafe owner { unsafe countWaitAbroad(of: core, by: -1) }
    return slot
  }

  func takePromise() -> Slot? {
    guard let more, let slot = more.promised else { return nil }
    more.promised = nil
    return slot
  }

  override func settle() -> Bool {
    more?.willSettle = false
    takePromise()?.giveBack()
    return false
  }

  /// The final sink and, where it is on another thread or shared with one, its side door.
  func findWay() -> (Inbox<Message>, SharedQueue<Message>?)? {
    if unsafe owner == nil, unsafe currentThread().pointee.core != nil { adoptByCurrent() }
    if let owner = unsafe owner, unsafe currentThread().pointee.core == owner {
      guard let target else { return nil }
      if unsafe route.pointee.sink != nil {
        guard let door = target.doorForNeighbours else { return (target, nil) }
        keep(door, of: target)
        return (target, door)
      }
      if let more, let door = more.door, let inbox = more.doorInbox { return (inbox, door) }
      let (inbox, door) = wiring.withLock { _ in target.wayIn() }
      keep(door, of: inbox)
      return (inbox, door)
    }
    if unsafe owner != nil {
      precondition(
        unsafe home?.isHere == true && currentThread().pointee.core == nil,
        "\(path) was sent from by another component or thread than its owner")
    }
    return wiring.withLock { _ in
      guard !isClosed, let target, !target.isClosed else { return nil }
      return target.wayIn()
    }
  }

  private func keep(_ door: SharedQueue<Message>, of inbox: Inbox<Message>) {
    orMore.door = door
    orMore.doorInbox = inbox
    unsafe route.pointee.door = unsafe door.state
  }

  // MARK: Wiring

  override var isSender: Bool { true }
  /// Whether someone listens: the outbox is linked and its sink hasn't ended.
  public override var isHeard: Bool { target != nil }
  override var waitsForRoom: Bool {
    if queuedAt != nil { return true }
    return unsafe route.pointee.sink?.pointee.isSenderParked ?? false
  }

  override func statistics(seenFrom home: Home) -> BoxStatistics { read(from: home) }

  /// It waits for room in an inbox elsewhere.
  override var waitsForStrangers: Bool {
    guard let more, more.waitsAbroad > 0 else { return false }
    return wiring.withLock { _ in target?.home?.household !== home?.household }
  }

  /// A wait for room in another home begins or ends.
  func countWaitAbroad(of core: CorePointer, by change: Int32) {
    orMore.waitsAbroad += change
    unsafe core.more.waitsAbroad += change
  }

  override func adopt(by core: CorePointer, slot: UInt8) {
    unsafe super.adopt(by: core, slot: slot)
    if wiring.withLock({ _ in next != nil }) { reroute(sinkEnded: false) }
  }

  override func findSink(sinkEnded: Bool) -> () -> Void {
    let found = isClosed ? nil : last as? Inbox<Message>
    let old = target
    target = found
    hadTarget = hadTarget || found != nil
    // Without an owner this may be any thread, and a component may take the box in meanwhile.
    let core = unsafe owner
    let isLocal = unsafe core != nil && found?.home === home && found?.home != nil
    let sink = unsafe isLocal ? found?.state : nil
    // Plain code looks at both without a lock, and sees nil for ever.
    if unsafe route.pointee.sink != sink { unsafe route.pointee.sink = unsafe sink }
    more?.door = nil
    more?.doorInbox = nil
    if unsafe route.pointee.door != nil { unsafe route.pointee.door = nil }
    countAbroad()
    let isCounted = !counted.isEmpty
    if found !== old { found?.producerCame() }
    let isLast = found !== old && old?.producerLeft() == true
    if isLocal { found?.countSenders() }
    if let old, old !== found, old.home === home, home != nil { old.countSenders() }
    return { [self] in
      if let old, old !== found { old.release(self) }
      if isLast { old?.refreshAtHome() }
      found?.refreshAtHome()
      if isCounted { recount() }
      if sinkEnded, found == nil, let core = unsafe core, unsafe owner == core {
        unsafe core.outboxUnheard()
      }
    }
  }

  override func countAbroad() {
    guard let abroad = homeAbroad, !counted.contains(abroad) else { return }
    abroad.count(by: 1)
    counted.append(abroad)
  }

  /// The home of the final sink, when it is another than the box's own.
  ///
  /// Wiring held.
  private var homeAbroad: SenderAbroad? {
    let sink = last
    guard !isClosed, !sink.isSender, sink.home !== home, let sinkHome = sink.home else {
      return nil
    }
    return SenderAbroad(home: sinkHome, isStranger: sinkHome.household !== home?.household)
  }

  /// Lets go of the homes that it no longer leads to.
  ///
  /// Only when they have been told so: a home that counts no sender believes that nobody will wake
  /// it.
  private func recount() {
    wiring.withLock { _ in
      let abroad = homeAbroad
      for old in counted where old != abroad {
        old.count(by: -1)
        old.home.wakeToLook()
      }
      counted.removeAll { $0 != abroad }
    }
  }

  override func cut() {
    target?.release(self)
  }

  override func close() {
    wiring.withLock { _ in target }?.release(self)
    super.close()
    // Still in a queue: it was woken from there, but the word hasn't come.
    leaveQueue()?.giveBack()
    takePromise()?.giveBack()
    wiring.withLock { _ in forgetOwner() }
  }
}

/// The fast way from an outbox: who may use it and where it leads.
@safe @usableFromInline
struct Route {
  @usableFromInline var owner: CorePointer?
  /// The final sink, when it lives on the same thread.
  @usableFromInline var sink: UnsafeMutablePointer<InboxState>?
  /// The side door of a sink that is elsewhere or shared with others; kept alive by the box's `more`.
  @usableFromInline var door: UnsafeMutablePointer<DoorState>?

  init() {}
}
