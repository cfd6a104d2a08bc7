// SPDX-License-Identifier: Apache-2.0

extension Snapshot {
  /// How much is told of what goes on besides who is there and linked with whom.
  public enum Detail: Sendable {
    /// Faults, drops and restarts.
    case events
    /// Also what waits in every box, and what came and went.
    case counts
  }

  /// What has changed since an earlier snapshot, as lines of the text protocol, without their ends.
  ///
  /// `ADD NODE`, `ADD LINK` and the like are those of Kamaelia's Introspector, so that its visualiser
  /// can show the system: components and boxes are nodes, a component is linked to each of its boxes.
  /// `DROPS`, `RESTARTS`, `FAULT` and `COUNTS` are our own. docs/PROTOCOL.md describes them.
  ///
  /// - Parameters:
  ///   - old: nil for a reader that knows nothing yet.
  ///   - detail: which lines there are.
  ///   - teller: name of the component that passes the lines on. Where its outboxes lead isn't
  ///     counted, or each message would give cause for the next.
  /// - Returns: nothing when nothing changed.
  public func changes(
    since old: Snapshot?, detail: Detail = .events, toldBy teller: String? = nil
  ) -> [String] {
    var changes = Changes(detail: detail, uncounted: detail == .counts ? sinks(of: teller) : [])
    let known = Dictionary((old?.components ?? []).map { ($0.name, $0) }) { one, _ in one }
    for component in components { changes.compare(component, with: known[component.name]) }
    if let old {
      let names = Set(components.map(\.name))
      for component in old.components where !names.contains(component.name) {
        changes.delete(component)
      }
    }
    changes.compare(others, with: old?.others ?? [], of: nil)
    for fault in faults where fault.number > old?.faultCount ?? 0 {
      changes.events.append("FAULT \(quoted(fault.component)) \(quoted(fault.text))")
    }
    return (old == nil ? ["DEL ALL"] : []) + changes.lines
  }

  /// Every box that messages of this component come through next.
  private func sinks(of name: String?) -> Set<String> {
    guard let teller = components.first(where: { $0.name == name }) else { return [] }
    let known = boxesByID
    var sinks: Set<String> = []
    for box in teller.boxes where box.isOutbox {
      var next = box.next
      while let id = next, sinks.insert(id).inserted { next = known[id]?.next }
    }
    return sinks
  }
}

/// The lines that make one topology of another: components and boxes alike are nodes.
///
/// Made component by component, as most of them are what they were: a look at 10,000 must not take
/// long.
private struct Changes {
  let detail: Snapshot.Detail
  let uncounted: Set<String>
  private var deletedLinks: [String] = []
  private var deletedNodes: [String] = []
  private var addedNodes: [String] = []
  private var addedOwnerships: [String] = []
  private var addedLinks: [String] = []
  var events: [String] = []
  private var counts: [String] = []

  init(detail: Snapshot.Detail, uncounted: Set<String>) {
    self.detail = detail
    self.uncounted = uncounted
  }

  /// Linkages go before their ends, boxes before their component; and come after them.
  var lines: [String] {
    deletedLinks + deletedNodes.reversed() + addedNodes + addedOwnerships + addedLinks + events
      + counts
  }

  mutating func compare(_ new: ComponentSnapshot, with old: ComponentSnapshot?) {
    if old == nil {
      let name = quoted(new.name)
      addedNodes.append("ADD NODE \(name) \(name) auto component")
    }
    if new.restarts != old?.restarts ?? 0 {
      events.append("RESTARTS \(quoted(new.name)) \(new.restarts)")
    }
    compare(new.boxes, with: old?.boxes ?? [], of: new.name)
  }

  mutating func delete(_ old: ComponentSnapshot) {
    deletedNodes.append("DEL NODE \(quoted(old.name))")
    compare([], with: old.boxes, of: old.name)
  }

  /// Compares the boxes of one component, or those of nobody.
  mutating func compare(_ new: [BoxSnapshot], with old: [BoxSnapshot], of owner: String?) {
    for (place, box) in new.enumerated() {
      let before = Self.find(box.id, in: old, near: place)
      if before == nil { add(box, of: owner) }
      if before?.next != box.next {
        if let next = before?.next { deletedLinks.append(link("DEL", box.id, next)) }
        if let next = box.next { addedLinks.append(link("ADD", box.id, next)) }
      }
      tell(box, before: before)
    }
    for (place, box) in old.enumerated() where Self.find(box.id, in: new, near: place) == nil {
      if let owner { deletedLinks.append(link("DEL", owner, box.id)) }
      if let next = box.next { deletedLinks.append(link("DEL", box.id, next)) }
      deletedNodes.append("DEL NODE \(quoted(box.id))")
    }
  }

  private mutating func add(_ box: BoxSnapshot, of owner: String?) {
    let kind = box.isOutbox ? "outbox" : "inbox"
    addedNodes.append("ADD NODE \(quoted(box.id)) \(quoted(box.name)) auto \(kind)")
    if let owner { addedOwnerships.append(link("ADD", owner, box.id)) }
  }

  private mutating func tell(_ box: BoxSnapshot, before: BoxSnapshot?) {
    let now = box.statistics
    if now.dropped != before?.statistics.dropped ?? 0 {
      events.append("DROPS \(quoted(box.id)) \(now.dropped)")
    }
    if detail == .events || box.isOutbox || uncounted.contains(box.id) { return }
    if let old = before?.statistics, now.hasSameCounts(as: old) { return }
    counts.append(
      "COUNTS \(quoted(box.id)) depth \(now.depth) of \(now.capacity) put \(now.put)"
        + " taken \(now.taken) dropped \(now.dropped) waiting \(now.sendersWaiting)")
  }

  private func link(_ verb: String, _ source: String, _ sink: String) -> String {
    "\(verb) LINK \(quoted(source)) \(quoted(sink))"
  }

  /// Nearly always it is where it was.
  private static func find(
    _ id: String, in boxes: [BoxSnapshot], near place: Int
  ) -> BoxSnapshot? {
    if boxes.indices.contains(place), boxes[place].id == id { return boxes[place] }
    return boxes.first { $0.id == id }
  }
}

extension BoxStatistics {
  /// Whether a line of counts would tell the same.
  fileprivate func hasSameCounts(as other: BoxStatistics) -> Bool {
    depth == other.depth && put == other.put && taken == other.taken && dropped == other.dropped
      && sendersWaiting == other.sendersWaiting && capacity == other.capacity
  }
}

/// A word of the text protocol: on one line, in quotes, whatever is in it.
private func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" || scalar == "\\" { quoted += "\\" }
    quoted.unicodeScalars.append(scalar.isControl ? " " : scalar)
  }
  return quoted + "\""
}

extension Unicode.Scalar {
  /// Whether it would do something other than show itself.
  var isControl: Bool {
    properties.generalCategory == .control || value == 0x2028 || value == 0x2029
  }
}
