// SPDX-License-Identifier: Apache-2.0

/// The components of a snapshot below those that started them, so that many of a kind don't hide the
/// rest.
struct SnapshotTree {
  /// A component with its children, or the sum of those that are left out.
  struct Branch {
    var component: ComponentSnapshot?
    var children: [Branch] = []
    /// Of those left out: their class, their parent and how many.
    var left: (type: String, parent: String, count: Int)?

    /// Unique among the branches.
    var id: String { component?.name ?? "more \(left?.type ?? "") in \(left?.parent ?? "")" }
    var summary: String {
      component?.name ?? left.map { "and \($0.count) more \($0.type)" } ?? ""
    }
  }

  let branches: [Branch]
  /// "Axon: 7 components, 2 faults".
  let title: String

  /// With at most `limit` components of one class below each parent.
  init(_ snapshot: Snapshot, limit: Int) {
    precondition(limit > 0, "of each class at least one component is shown, not \(limit)")
    let names = Set(snapshot.components.map(\.name))
    var byParent: [String: [ComponentSnapshot]] = [:]
    for component in snapshot.components {
      // One whose parent has ended, or lives on another scheduler, stands for itself.
      let parent = component.parent.flatMap { names.contains($0) ? $0 : nil } ?? ""
      byParent[parent, default: []].append(component)
    }
    branches = Self.branches(below: "", byParent, limit: limit)
    let (count, faults) = (snapshot.components.count, snapshot.faultCount)
    title =
      "Axon: \(count) component\(count == 1 ? "" : "s"), "
      + (faults == 0 ? "no faults" : "\(faults) fault\(faults == 1 ? "" : "s")")
  }

  private static func branches(
    below parent: String, _ byParent: [String: [ComponentSnapshot]], limit: Int
  ) -> [Branch] {
    var shown: [Branch] = []
    var counts: [String: Int] = [:]
    var order: [String] = []
    for component in byParent[parent] ?? [] {
      let count = counts[component.type, default: 0] + 1
      counts[component.type] = count
      if count == limit + 1 { order.append(component.type) }
      guard count <= limit else { continue }
      let children = branches(below: component.name, byParent, limit: limit)
      shown.append(Branch(component: component, children: children))
    }
    return shown
      + order.map { type in
        Branch(left: (type, parent, (counts[type] ?? 0) - limit))
      }
  }
}

extension Snapshot {
  /// A picture for a terminal: components below those that started them, their boxes, what waits in
  /// them, where they lead, and what failed.
  ///
  /// - Parameter limit: components of one class that are shown below one parent.
  /// - Returns: lines, each with its end.
  public func tree(limit: Int = 8) -> String {
    let tree = SnapshotTree(self, limit: limit)
    let boxes = boxesByID
    var lines = [tree.title]
    func write(_ branches: [SnapshotTree.Branch], indent: String) {
      for (number, branch) in branches.enumerated() {
        let isLast = number == branches.count - 1
        let inner = indent + (isLast ? "   " : "│  ")
        let fork = indent + (isLast ? "└─ " : "├─ ")
        lines.append(fork + branch.headline)
        let body = inner + (branch.children.isEmpty ? "   " : "│  ")
        lines += branch.component.map { $0.lines(boxes) }?.map { body + $0 } ?? []
        write(branch.children, indent: inner)
      }
    }
    write(tree.branches, indent: "")
    for other in others {
      let next = other.next.map { " → \($0)" } ?? ""
      lines.append("elsewhere: \(other.name)\(other.isOutbox ? next : other.figures)")
    }
    for fault in faults { lines.append("fault \(fault.age(at: moment)): \(fault.text)") }
    return lines.map { $0.onOneLine + "\n" }.joined()
  }
}

extension SnapshotTree.Branch {
  fileprivate var headline: String {
    guard let component else { return summary }
    return ([component.name] + [component.annotation].compactMap { $0 } + [component.summary])
      .joined(separator: "  ")
  }
}

extension ComponentSnapshot {
  /// "callback · waits for room at outbox · 2 restarts".
  var summary: String {
    var parts = embodiment == "async" ? [] : [embodiment]
    parts.append(isStopping ? "must end, \(state)" : "\(state)")
    if restarts > 0 { parts.append("\(restarts) restart\(restarts == 1 ? "" : "s")") }
    if failedChildren > 0 {
      parts.append("\(failedChildren) child\(failedChildren == 1 ? "" : "ren") failed")
    }
    return parts.joined(separator: " · ")
  }

  /// A line for each box, names in one column.
  fileprivate func lines(_ known: [String: BoxSnapshot]) -> [String] {
    let width = boxes.map(\.name.count).max() ?? 0
    return boxes.map { box in
      let name = box.name + String(repeating: " ", count: width - box.name.count)
      guard box.isOutbox else {
        let next = box.next.map { " → \($0)" } ?? ""
        return "▸ \(name) \(box.figures)\(next)"
      }
      guard let next = box.next else { return "◂ \(name) leads nowhere" }
      let sink = known[next].map { $0.isOutbox ? "" : "  \($0.statistics.fill)" } ?? ""
      let waits = box.statistics.isAwaited ? "  waits for room" : ""
      return "◂ \(name) → \(next)\(sink)\(waits)"
    }
  }
}

extension BoxSnapshot {
  /// What waits and what is lost, as far as there is any; with counts also what came in.
  func troubles(withCounts: Bool) -> [String] {
    if isOutbox { return statistics.isAwaited ? ["waits"] : [] }
    var parts: [String] = []
    if withCounts || statistics.depth > 0 { parts.append(statistics.fill) }
    if statistics.isFull { parts.append("full") }
    if statistics.sendersWaiting > 0 { parts.append("\(statistics.sendersWaiting) want room") }
    if statistics.dropped > 0 { parts.append("\(statistics.dropped) dropped") }
    return parts
  }

  fileprivate var figures: String {
    var parts = [" " + statistics.fill]
    if statistics.put > 0 { parts.append("\(statistics.put) came, \(statistics.taken) went") }
    return (parts + troubles(withCounts: false).filter { $0 != statistics.fill })
      .joined(separator: " · ")
  }
}

extension BoxStatistics {
  /// "3/32"; a control box holds whatever comes.
  var fill: String { capacity >= Int(Int32.max) ? "\(depth)" : "\(depth)/\(capacity)" }
}

extension Fault {
  /// "12 s ago".
  func age(at moment: Instant) -> String {
    let seconds = max(0, (moment - self.moment).components.seconds)
    if seconds < 120 { return "\(seconds) s ago" }
    return seconds < 7200 ? "\(seconds / 60) min ago" : "\(seconds / 3600) h ago"
  }
}

extension String {
  /// Without anything that would end the line or do something to a terminal.
  fileprivate var onOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
  }
}
