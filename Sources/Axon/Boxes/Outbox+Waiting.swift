// SPDX-License-Identifier: Apache-2.0

extension Outbox {
  /// Sends a message where the fast way is barred: a full or shared sink, spent budget, no owner.
  @usableFromInline
  func sendSlowly(_ message: sending Message) async -> Delivery {
    var message: Message? = message
    var promise = takePromise()
    while true {
      if let core = unsafe owner, unsafe core.pointee.budget <= 0 {
        // Every verb costs, or a send that never suspends would starve everything else.
        unsafe await core.pointee.async?.takeUnretainedValue().yield()
        continue
      }
      unsafe owner?.pointee.budget &-= 1
      guard unsafe owner?.pointee.isStopping != true, let (inbox, door) = findWay() else {
        promise?.giveBack()
        return .unheard
      }
      let isPromised = promise?.isKept(at: inbox, door) ?? false
      promise = nil
      switch offer(&message, to: inbox, door: door, isPromised: isPromised) {
      case .done(let delivery): return delivery
      case .mustWait: promise = await waitForRoom(at: inbox, door: door)
      }
    }
  }

  /// A slot that a full inbox keeps for a sender, until it is used or given back.
  struct Slot {
    let inbox: Inbox<Message>
    let door: SharedQueue<Message>?

    /// Whether it is kept there; if it is elsewhere, it is given back.
    func isKept(at inbox: Inbox<Message>, _ door: SharedQueue<Message>?) -> Bool {
      if self.inbox === inbox, self.door === door { return true }
      giveBack()
      return false
    }

    func giveBack() {
      if let door { door.giveBackReservation() } else { inbox.giveBackReservation() }
    }
  }

  func offer(
    _ message: inout Message?, to inbox: Inbox<Message>, door: SharedQueue<Message>?,
    isPromised: Bool
  ) -> Admission {
    guard let door else { return inbox.admit(&message, holdsReservation: isPromised) }
    switch door.offer(&message, holdsReservation: isPromised) {
    case .mustWait: return .mustWait
    case .moved(let queue, let sink):
      return offer(&message, to: sink, door: queue, isPromised: isPromised)
    case .done(let delivery, let wakeOwner):
      if wakeOwner { inbox.knock() }
      return .done(delivery)
    }
  }

  /// Suspends until the inbox keeps a slot; `nil` when there is room already.
  private func waitForRoom(
    at inbox: Inbox<Message>, door: SharedQueue<Message>?
  ) async -> Slot? {
    var waited = false
    let core = unsafe owner
    unsafe core?.pointee.waits += 1
    if let core = unsafe core, door != nil { unsafe countWaitAbroad(of: core, by: 1) }
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let me = unsafe Waiting(box: self, continuation: continuation)
      if let door {
        waited = door.wait(me)
        if !waited { unsafe continuation.resume() }
      } else {
        waited = true
        inbox.await(me)
      }
    }
    unsafe core?.pointee.waits -= 1
    if let core = unsafe core, door != nil { unsafe countWaitAbroad(of: core, by: -1) }
    return waited ? Slot(inbox: inbox, door: door) : nil
  }

  /// Sends a message, blocking the thread while the sink is full: for a `ThreadedComponent`.
  ///
  /// - Returns: false when it wasn't delivered: nobody listens, the sink's policy dropped or refused
  ///   it, or the component must stop.
  @discardableResult
  public func blockingSend(_ message: sending Message) -> Bool {
    var message: Message? = message
    // A stop must reach it also while there is always room.
    home?.runErrands()
    while unsafe owner?.pointee.isStopping != true, let (inbox, door) = findWay() {
      let isPromised = takePromise()?.isKept(at: inbox, door) ?? false
      switch offer(&message, to: inbox, door: door, isPromised: isPromised) {
      case .done(let delivery): return delivery == .delivered
      case .mustWait:
        guard isFull else { continue }
        guard let thread = home as? ThreadHome else {
          preconditionFailure("\(path): blockingSend() is for threaded components")
        }
        while queuedAt != nil, unsafe owner?.pointee.isStopping != true { thread.park() }
      }
    }
    return false
  }
}
