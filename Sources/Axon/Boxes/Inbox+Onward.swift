// SPDX-License-Identifier: Apache-2.0

/// What happens when an inbox is linked onward to another one while it is in use.
extension Inbox {
  /// Whether this thread may touch the messages that wait here.
  var isWithinReach: Bool {
    wiring.withLock { _ in home.map(\.isHere) ?? true }
  }

  /// Messages waiting, also when the box lives on another thread.
  var countForLinking: Int {
    isWithinReach ? count : wiring.withLock { _ in side }?.statistics(isOwner: false).depth ?? 0
  }

  /// Whether an outbox leads here, or to an inbox that was linked onward to this one and hasn't found
  /// its new way as yet.
  ///
  /// Wiring held.
  var hasProducers: Bool {
    if producers > 0 { return true }
    return hasFeeders && previous.contains { ($0 as? Inbox)?.hasProducers == true }
  }

  /// Whether the last outbox that led here is on its way out, and its word still to come: whoever
  /// breaks a linkage tells the sink a moment later.
  var isBeingLeft: Bool {
    wiring.withLock { _ in hasProducers && sendersUpstream().isEmpty }
  }

  /// Where a sender on another thread puts its messages: by now this box may be linked onward.
  ///
  /// Wiring held.
  func wayIn() -> (Inbox, SharedQueue<Message>) {
    let sink = next == nil ? self : last as? Inbox<Message> ?? self
    return (sink, sink.sideDoor())
  }

  /// Takes over what waits in a box that leads here from now on, in order, and the end of its stream
  /// if it has seen that.
  ///
  /// Wiring held, so that no sender finds its new way before the messages that it sent by the old
  /// one.
  func takeOver(_ source: Inbox) {
    guard let sink = last as? Inbox<Message> else { return }
    sink.hasFeeders = true
    if source.wasFinished || (source.hadProducer && !source.hasProducers) {
      sink.hadProducer = true
    }
    let isNear = sink.home.map(\.isHere) ?? true
    let far = unsafe isNear || source.state.pointee.count == 0 ? nil : sink.sideDoor()
    while unsafe source.state.pointee.count > 0 {
      let message = unsafe source.state.pointee.removeFirst(as: Message.self)
      if let far { far.takeOver(message) } else { unsafe sink.state.pointee.append(message) }
    }
    guard let old = source.side else { return }
    source.side = nil
    source.isShared = false
    unsafe source.state.pointee.unmark(.shared)
    old.moveOn(to: sink, sink.sideDoor())
  }
}
