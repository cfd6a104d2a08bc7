// SPDX-License-Identifier: Apache-2.0
/// What inboxes and outboxes have in common: an owner and a place in a chain of linkages.
@safe
public class Box: @unchecked Sendable {
  // Unchecked: the fields below are guarded by `wiring`; the queues of the subclasses belong to the
  // owner's home thread.
  /// Where this box passes its messages on to.
  final var next: Box?
  private final var backlinks: [Backlink] = []
  final var isClosed = false
  /// Place in the owner's list of boxes, which knows the name.
  final var slot: UInt8 = 255

  init() {}

  deinit {
    if next != nil { wiring.withLock { _ in leaveNext() } }
  }

  /// Boxes that pass their messages on to this one.
  ///
  /// Wiring held.
  final var previous: [Box] { backlinks.isEmpty ? [] : backlinks.compactMap(\.box) }

  /// Leads this box on to another.
  ///
  /// Wiring held.
  final func lead(to sink: Box) {
    next = sink
    sink.backlinks.append(Backlink(self))
  }

  /// Where the subclasses' own state lies in the object: behind the runtime's two words, the fields
  /// above, and a few bytes of the subclass.
  @usableFromInline static var stateOffset: Int { 40 }

  /// The owner's core.
  ///
  /// Kept by the subclasses, where messages look at it.
  var core: CorePointer? {
    get { nil }
    set {}
  }

  /// Where the owner lives.
  ///
  /// From elsewhere, wiring held.
  final var home: Home? { unsafe core?.home }

  /// The box at the end of the chain that starts here.
  ///
  /// Wiring held.
  var last: Box {
    var box = self
    while let next = box.next { box = next }
    return box
  }

  /// Every outbox that sends into this box, however long the chain.
  ///
  /// Wiring held.
  func sendersUpstream() -> [Box] {
    previous.flatMap { box in
      box.isSender ? [box] + box.sendersUpstream() : box.sendersUpstream()
    }
  }

  /// Counts this outbox among those that can wake its sink's home from outside.
  ///
  /// Wiring held.
  ///
  /// Done at once, whoever links: the home that is to be woken must not take itself for abandoned
  /// until the sender's own thread finds the way.
  func countAbroad() {}

  /// Counts every outbox that sends by way of this box.
  ///
  /// Wiring held.
  func countSendersAbroad() {
    for box in previous { box.countSendersAbroad() }
    countAbroad()
  }

  var isSender: Bool { false }

  /// Becomes a box of the component, on its home thread.
  func adopt(by core: CorePointer, slot: UInt8) {
    wiring.withLock { _ in
      unsafe take(core, slot: slot)
    }
  }

  /// Notes the owner.
  ///
  /// Wiring held.
  func take(_ core: CorePointer, slot: UInt8) {
    precondition(
      unsafe self.core == nil || self.core == core,
      "a box belongs to the component that declares it: keep another's in a Handle or an array")
    unsafe self.core = unsafe core
    self.slot = slot
  }

  /// The owner has ended.
  ///
  /// Wiring held. An errand that comes late is kept by the home, and must not keep the home.
  func forgetOwner() {
    unsafe core = nil
  }

  /// Gives a box that nobody owns to the component whose turn it is.
  func adoptByCurrent() {
    guard let core = unsafe currentThread().pointee.core else { return }
    unsafe core.component.takeUnretainedValue().adoptExtra(self, core: core)
  }

  /// Finds the final sink anew.
  ///
  /// On the home thread of the owner, if it has one; wiring held.
  ///
  /// - Returns: what is to be done after the wiring is let go.
  func findSink(sinkEnded: Bool) -> () -> Void { {} }

  /// Finds the final sink anew.
  ///
  /// On the home thread of the owner, if it has one.
  final func reroute(sinkEnded: Bool) {
    wiring.withLock { _ in findSink(sinkEnded: sinkEnded) }()
  }

  /// A box that leads here from now on may have seen the end of its stream, and holds messages.
  ///
  /// Wiring held, by a thread that may touch both.
  func inherit(from source: Box) {}

  /// Wakes the owner, on its home thread.
  func wakeAtHome() {}

  /// Ends every wait and drops what is queued, because the owner must stop.
  func cut() {}

  /// Puts things in order when the owner's turn is over; true when it deserves another one.
  func settle() -> Bool { false }

  /// Whether a linked sink is alive.
  ///
  /// Home thread.
  var isHeard: Bool { false }

  /// Whether its owner wants to send, and is woken when it can.
  var waitsForRoom: Bool { false }

  /// Whether it waits for what only somebody outside the household may bring.
  ///
  /// Home thread.
  var waitsForStrangers: Bool { false }

  /// Whether its component has ended.
  var hasEnded: Bool { wiring.withLock { _ in isClosed } }

  /// Messages waiting here now.
  public var count: Int { 0 }

  /// What it tells to one who has the turn in this home: all, if it lives there.
  func statistics(seenFrom home: Home) -> BoxStatistics { BoxStatistics() }

  /// Lets all outboxes that reached their sink through this box find it anew.
  func reroutedUpstream(sinkEnded: Bool) {
    let senders = wiring.withLock { _ in (isSender ? [self] : []) + sendersUpstream() }
    for sender in senders { sender.rerouteAtHome(sinkEnded: sinkEnded) }
  }

  func rerouteAtHome(sinkEnded: Bool) {
    // Under one lock: another thread may be taking in a box that has no home yet.
    let finish = wiring.withLock { _ -> () -> Void in
      guard let home, !home.isHere else { return findSink(sinkEnded: sinkEnded) }
      return { home.post(.reroute(self, sinkEnded: sinkEnded)) }
    }
    finish()
  }

  /// Breaks every linkage to and from this box.
  ///
  /// What it fed or was fed by is told.
  func close() {
    if slot == 255, let core = unsafe core, unsafe currentThread().pointee.core == core {
      unsafe core.component.takeUnretainedValue().dropExtra(self)
    }
    let upstream = wiring.withLock { _ in
      isClosed = true
      let upstream = sendersUpstream()
      for box in previous { box.next = nil }
      backlinks = []
      leaveNext()
      return upstream
    }
    for sender in upstream { sender.rerouteAtHome(sinkEnded: true) }
    if isSender { reroute(sinkEnded: false) }
  }

  /// Takes this box out of its sink's list.
  ///
  /// Wiring held.
  func leaveNext() {
    guard let next else { return }
    next.backlinks.removeAll { $0.leads(from: self) }
    self.next = nil
    wiring.keep(next)
  }
}

extension Box {
  /// Name of the owning component and of the box, for people: `Echo_3.inbox`.
  public var path: String {
    guard let (handle, label) = ownership() else { return "unowned box" }
    return "\(handle.name).\(label)"
  }

  private func ownership() -> (Handle, String)? {
    wiring.withLock { _ in
      guard let core = unsafe core, let handle = unsafe core.pointee.handle else { return nil }
      return unsafe (handle.takeUnretainedValue(), label(of: core))
    }
  }

  private func label(of core: CorePointer) -> String {
    unsafe core.component.takeUnretainedValue().label(ofSlot: slot)
  }
}
