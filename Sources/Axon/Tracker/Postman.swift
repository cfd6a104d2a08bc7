// SPDX-License-Identifier: Apache-2.0

/// Who is linked with whom on one scheduler, and what waits where.
///
/// Delivery itself is direct: the postman only keeps the books. Use it on the scheduler's thread, or
/// while it isn't running.
public struct Postman {
  /// A box as the books show it.
  public struct Entry: Sendable, Equatable {
    /// Component and box: `Echo_3.inbox`.
    public let path: String
    /// Whether messages leave the component by it.
    public let isOutbox: Bool
    /// Messages waiting.
    public let depth: Int
    /// Where it leads, if it is linked.
    public let next: String?
  }

  let scheduler: Scheduler

  /// Every box of every component, components in no particular order.
  public var boxes: [Entry] {
    var entries: [Entry] = []
    forEachBox { box in
      let next = wiring.withLock { _ in box.next }
      entries.append(
        Entry(
          path: box.path, isOutbox: box.isSender, depth: box.statistics(seenFrom: scheduler).depth,
          next: next?.path))
    }
    return entries
  }

  /// Every linkage that starts at a component here.
  public var linkages: [Linkage] {
    var linkages: [Linkage] = []
    forEachBox { box in
      if let next = wiring.withLock({ _ in box.next }) {
        linkages.append(Linkage(source: box, sink: next))
      }
    }
    return linkages
  }

  /// Breaks every linkage to and from a component.
  public func unlink(_ component: Handle) {
    forEachMember { member, boxes in
      guard member === component else { return }
      for box in boxes {
        let (next, previous) = wiring.withLock { _ in (box.next, box.previous) }
        if let next { Linkage(source: box, sink: next).unlink() }
        for source in previous { Linkage(source: source, sink: box).unlink() }
      }
    }
  }

  private func forEachBox(_ body: (Box) -> Void) {
    forEachMember { _, boxes in boxes.forEach(body) }
  }

  /// Every component with its boxes; of one on a thread of its own, those that it began with.
  private func forEachMember(_ body: (Handle, [Box]) -> Void) {
    unsafe scheduler.members.forEach { core in
      guard let handle = unsafe core.pointee.handle?.takeUnretainedValue() else { return }
      var boxes: [Box] = []
      unsafe core.component.takeUnretainedValue().forEachBox { boxes.append($0) }
      body(handle, boxes)
    }
    for thread in scheduler.threads {
      if let handle = thread.handle { body(handle, thread.boxes.map(\.box)) }
    }
  }
}

extension Scheduler {
  /// The books of the linkages here.
  public var postman: Postman { Postman(scheduler: self) }
}
