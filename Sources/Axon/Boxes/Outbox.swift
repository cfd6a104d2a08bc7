// SPDX-License-Identifier: Apache-2.0

/// Where a component puts messages for whoever is linked to it.
///
/// A handle, like `Inbox`. An outbox with no component (one made by plain code to feed a system)
/// sends from any thread; it must be closed when it has no more to say.
@safe
public final class Outbox<Message>: Box, @unchecked Sendable {
  // Unchecked: `owner`, `sink` and `target` change on the owner's home thread only; without an owner
  // every send looks the way up under `wiring`.
  @usableFromInline var owner: CorePointer? { unsafe route.pointee.owner }
  @usableFromInline let route: UnsafeMutablePointer<Route>

  /// The fast way: who may use it and where it leads.
  @safe @usableFromInline
  struct Route {
    @usableFromInline var owner: CorePointer?
    /// The final sink, when it lives on the same thread.
    @usableFromInline var sink: UnsafeMutablePointer<InboxState<Message>>?
  }

  /// The final sink; changed under `wiring` and, with an owner, on its home thread.
  var target: Inbox<Message>?
  /// The side door of a target on another thread.
  private var door: SharedQueue<Message>?
  /// The home whose senders abroad this box is counted among.
  private var countedAt: Home?
  /// Whether it ever led to an inbox.
  package private(set) var hadTarget = false
  /// Whether it stands in a sink's queue of senders, without a continuation.
  var isQueued = false

  /// An outbox that leads nowhere yet.
  public override init() {
    unsafe route = .allocate(capacity: 1)
    unsafe route.initialize(to: Route())
    super.init()
  }

  deinit {
    countedAt?.countSendersAbroad(by: -1)
    unsafe route.deinitialize(count: 1)
    unsafe route.deallocate()
  }

  // MARK: Sending

  /// Sends a message; waits for room where the sink's policy says so.
  ///
  /// - Returns: false when it wasn't delivered: nobody listens, the sink's policy dropped or refused
  ///   it, or the component must stop.
  @inlinable @inline(__always) @discardableResult
  public func send(_ message: sending Message) async -> Bool {
    if let sink = unsafe readySink(), let core = unsafe sink.core,
      unsafe core.pointee.budget > 0, unsafe !core.pointee.isStopping
    {
      unsafe core.pointee.budget &-= 1
      unsafe sink.state.pointee.append(message)
      unsafe sink.state.pointee.wakeOwner()
      return true
    }
    return await sendSlowly(message) == .delivered
  }

  /// Sends a message without waiting.
  ///
  /// Where the sink is full and its policy is to wait, the message is lost: ask `isFull` before.
  @inlinable @inline(__always) @discardableResult
  public func post(_ message: sending Message) -> Delivery {
    if let sink = unsafe readySink() {
      unsafe sink.state.pointee.append(message)
      unsafe sink.state.pointee.wakeOwner()
      return .delivered
    }
    return postSlowly(message)
  }

  /// Own core and final sink, when a message may be put there the fast way.
  @inlinable @inline(__always)
  func readySink() -> (core: CorePointer?, state: UnsafeMutablePointer<InboxState<Message>>)? {
    let route = unsafe self.route
    guard let sink = unsafe route.pointee.sink,
      unsafe currentThread().pointee.core == route.pointee.owner,
      unsafe sink.pointee.attention.isNone, unsafe sink.pointee.hasRoom
    else { return nil }
    return unsafe (route.pointee.owner, sink)
  }

  @usableFromInline
  func postSlowly(_ message: sending Message) -> Delivery {
    var message: Message? = message
    guard let (inbox, door) = findWay() else { return .unheard }
    guard let door else {
      if case .done(let delivery) = inbox.admit(&message) { return delivery }
      return .full
    }
    guard case .done(let delivery, let wakeOwner) = door.offer(&message, holdsReservation: false)
    else { return .full }
    if wakeOwner { inbox.knock() }
    return delivery
  }

  /// Whether a message would find no room now. A component in the callback form that asks is woken
  /// when there is.
  @inlinable public var isFull: Bool {
    if unsafe readySink() != nil { return false }
    return isFullSlowly
  }

  @usableFromInline var isFullSlowly: Bool {
    guard let (inbox, door) = findWay(), inbox.policy == .wait else { return false }
    if let door {
      guard door.isFull else { return false }
      if isQueued { return true }
      isQueued = unsafe door.wait(Waiting(box: self, continuation: nil))
      if isQueued { setWaitsAbroad(true) }
      return isQueued
    }
    guard !inbox.admitsNow else { return false }
    if !isQueued {
      isQueued = true
      unsafe inbox.await(Waiting(box: self, continuation: nil))
    }
    return true
  }

  /// Ends the outbox before its component ends, if it has one: its sinks see that it has finished.
  public func finish() {
    close()
  }

  override func wakeAtHome() {
    isQueued = false
    setWaitsAbroad(false)
    unsafe owner?.wake()
  }

  /// The final sink and, where it is on another thread or shared with one, its side door.
  func findWay() -> (Inbox<Message>, SharedQueue<Message>?)? {
    if unsafe owner == nil, unsafe currentThread().pointee.core != nil { adoptByCurrent() }
    if let owner = unsafe owner, unsafe currentThread().pointee.core == owner {
      guard let target else { return nil }
      if unsafe route.pointee.sink != nil { return (target, target.doorForNeighbours) }
      if door == nil { door = wiring.withLock { _ in target.sideDoor() } }
      return (target, door)
    }
    return wiring.withLock { _ in
      guard !isClosed, let target, !target.isClosed else { return nil }
      return (target, target.sideDoor())
    }
  }

  private func setWaitsAbroad(_ waits: Bool) {
    unsafe owner?.pointee.waitsAbroad = waits
  }

  // MARK: Wiring

  override var isSender: Bool { true }
  /// Whether someone listens: the outbox is linked and its sink hasn't ended.
  public override var isHeard: Bool { target != nil }
  override var wasLinked: Bool { hadTarget }

  override func adopt(by core: CorePointer, home: Home, slot: UInt8) {
    unsafe super.adopt(by: core, home: home, slot: slot)
    unsafe route.pointee.owner = unsafe core
    if wiring.withLock({ _ in next != nil }) { reroute(sinkEnded: false) }
  }

  override func reroute(sinkEnded: Bool) {
    let (old, lost) = wiring.withLock { _ -> (Inbox<Message>?, Inbox<Message>?) in
      let found = isClosed ? nil : last as? Inbox<Message>
      let old = target
      target = found
      hadTarget = hadTarget || found != nil
      let isLocal = unsafe owner != nil && found?.home === home && found?.home != nil
      unsafe route.pointee.sink = isLocal ? found?.state : nil
      door = nil
      count(at: isLocal ? nil : found?.home)
      guard found !== old else { return (old, nil) }
      found?.producerCame()
      return (old, old?.producerLeft() == true ? old : nil)
    }
    if let old, old !== target { old.release(self) }
    if isQueued {
      isQueued = false
      setWaitsAbroad(false)
      unsafe owner?.wake()
    }
    lost?.refreshAtHome()
    target?.refreshAtHome()
    if sinkEnded, target == nil, let core = unsafe owner { unsafe core.outboxUnheard() }
  }

  /// Counts this box among those that can wake the given home from outside. Wiring held.
  private func count(at home: Home?) {
    guard home !== countedAt else { return }
    home?.countSendersAbroad(by: 1)
    if let countedAt {
      countedAt.countSendersAbroad(by: -1)
      countedAt.wakeToLook()
    }
    countedAt = home
  }

  override func cut() {
    target?.release(self)
  }

  override func close() {
    target?.release(self)
    super.close()
    unsafe route.pointee.owner = nil
    wiring.withLock { _ in unsafe core = nil }
  }
}
