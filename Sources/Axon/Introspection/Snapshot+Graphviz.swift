// SPDX-License-Identifier: Apache-2.0

extension Snapshot {
  /// A Graphviz document: `dot -Tsvg` draws it.
  ///
  /// A component is a table with its inboxes on the left and its outboxes on the right; one that has
  /// children is drawn with them in a frame. What is full, dropped or failed is red, who waits for
  /// room orange. Of components with the same parent and class at most `limit` are drawn.
  public func graphviz(limit: Int = 8) -> String {
    var writer = GraphvizWriter(self, SnapshotTree(self, limit: limit))
    return writer.document()
  }
}

private struct GraphvizWriter {
  private let snapshot: Snapshot
  private let tree: SnapshotTree
  private let boxes: [String: BoxSnapshot]
  /// How many lead into each box.
  private var sources: [String: Int] = [:]
  /// Where each drawn box lies: node and port, as Graphviz wants them.
  private var places: [String: String] = [:]
  private var lines: [String] = []

  init(_ snapshot: Snapshot, _ tree: SnapshotTree) {
    self.snapshot = snapshot
    self.tree = tree
    boxes = snapshot.boxesByID
    for box in snapshot.boxes { if let next = box.next { sources[next, default: 0] += 1 } }
  }

  mutating func document() -> String {
    for branch in tree.branches { write(branch, indent: "  ") }
    for box in snapshot.others where isDrawn(box) {
      places[box.id] = quoted(box.id)
      lines.append(
        "  \(quoted(box.id)) [shape=box style=\"rounded,dashed\" color=\"#888888\" "
          + "fontcolor=\"#555555\" label=\(quoted(Self.depth(box, named: box.name)))]")
    }
    for box in snapshot.boxes { write(linkageOf: box) }
    writeFaults()
    let title = tree.title
    return """
      digraph axon {
        rankdir=LR nodesep=0.25 ranksep=0.9 labelloc=t labeljust=l fontsize=13
        label=\(quoted(title)) fontname="Helvetica,Arial,sans-serif"
        node [shape=plain fontname="Helvetica,Arial,sans-serif" fontsize=11]
        edge [fontname="Helvetica,Arial,sans-serif" fontsize=9 color="#2a7d3f" arrowsize=0.7]

      """ + lines.joined(separator: "\n") + "\n}\n"
  }

  /// Whether anything that is drawn leads there or comes from there.
  private func isDrawn(_ other: BoxSnapshot) -> Bool {
    if let next = other.next, places[next] != nil { return true }
    return snapshot.components.contains { component in
      component.boxes.contains { $0.next == other.id && places[$0.id] != nil }
    }
  }

  // MARK: Components

  private mutating func write(_ branch: SnapshotTree.Branch, indent: String) {
    guard let component = branch.component else {
      lines.append(
        "\(indent)\(quoted(branch.id)) [shape=box style=\"dotted\" color=\"#888888\" "
          + "fontcolor=\"#555555\" label=\(quoted(branch.summary))]")
      return
    }
    guard !branch.children.isEmpty else { return write(component, indent: indent) }
    lines.append("\(indent)subgraph \(quoted("cluster_" + component.name)) {")
    lines.append("\(indent)  label=\"\" style=\"rounded\" color=\"#8899aa\" bgcolor=\"#0000000a\"")
    write(component, indent: indent + "  ")
    for child in branch.children { write(child, indent: indent + "  ") }
    lines.append(indent + "}")
  }

  private mutating func write(_ component: ComponentSnapshot, indent: String) {
    let inboxes = component.boxes.filter { !$0.isOutbox }
    let outboxes = component.boxes.filter(\.isOutbox)
    for (number, box) in (inboxes + outboxes).enumerated() {
      places[box.id] = "\(quoted(component.name)):b\(number)"
    }
    let isTroubled = component.failedChildren > 0 || component.isStopping
    let colour = isTroubled ? "#b3261e" : component.state.isAtWork ? "#1a56b0" : "#555555"
    var cells: [String] = []
    for row in 0..<max(inboxes.count, outboxes.count) {
      let left = row < inboxes.count ? cell(inboxes[row], port: row) : "<td></td>"
      let right =
        row < outboxes.count ? cell(outboxes[row], port: inboxes.count + row) : "<td></td>"
      cells.append("<tr>\(left)\(right)</tr>")
    }
    let about = component.annotation.map { escaped($0) + "<br/>" } ?? ""
    let heading =
      "<tr><td colspan=\"2\" bgcolor=\"\(colour)\"><font color=\"#ffffff\"><b>"
      + "\(escaped(component.name))</b></font></td></tr>"
    let state =
      "<tr><td colspan=\"2\" bgcolor=\"#f4f4f4\"><font point-size=\"9\" color=\"#444444\">"
      + "\(about)\(escaped(component.summary))</font></td></tr>"
    let border = component.embodiment == "threaded" ? 3 : 1
    lines.append(
      "\(indent)\(quoted(component.name)) [label=<<table border=\"\(border)\" cellborder=\"0\" "
        + "cellspacing=\"0\" cellpadding=\"4\" color=\"\(colour)\" bgcolor=\"#ffffff\">"
        + "\(heading)\(state)\(cells.joined())</table>>]")
  }

  private func cell(_ box: BoxSnapshot, port: Int) -> String {
    let text = escaped(Self.depth(box, named: box.name))
    let side = box.isOutbox ? "right" : "left"
    let content = box.colour.map { "<font color=\"\($0)\"><b>\(text)</b></font>" } ?? text
    return "<td port=\"b\(port)\" align=\"\(side)\">\(content)</td>"
  }

  /// "inbox · 3/32 · 40 came · 12 dropped", as far as there is anything to tell.
  private static func depth(_ box: BoxSnapshot, named name: String) -> String {
    var parts = [name] + box.troubles(withCounts: true)
    if box.statistics.put > 0 {
      parts.insert("\(box.statistics.put) came", at: min(2, parts.count))
    }
    return parts.joined(separator: " · ")
  }

  // MARK: Linkages

  private mutating func write(linkageOf box: BoxSnapshot) {
    guard let next = box.next, let from = places[box.id], let to = places[next],
      let sink = boxes[next]
    else { return }
    var traits: [String] = []
    if box.isOutbox == sink.isOutbox { traits.append("style=dashed color=\"#c77700\"") }
    // Figures that hardly ever are nothing stand in the box: as labels they bend every line. Where
    // many lead to one box, it isn't known whose messages wait.
    if !sink.isOutbox, sources[next] == 1, sink.statistics.depth > 0 {
      traits.append("label=\(quoted("\(sink.statistics.depth) wait"))")
    }
    if box.statistics.isAwaited || sink.statistics.isFull {
      let colour = sink.statistics.isFull ? "#b3261e" : "#c77700"
      traits.append("color=\"\(colour)\" fontcolor=\"\(colour)\" penwidth=2")
    }
    lines.append("  \(from) -> \(to) [\(traits.joined(separator: " "))]")
  }

  private mutating func writeFaults() {
    guard !snapshot.faults.isEmpty else { return }
    let rows = snapshot.faults.suffix(8).map { fault in
      "<tr><td align=\"left\"><font color=\"#b3261e\">"
        + "\(escaped(fault.age(at: snapshot.moment))): \(escaped(fault.text))</font></td></tr>"
    }
    lines.append(
      "  faults [label=<<table border=\"1\" cellborder=\"0\" color=\"#b3261e\">"
        + "<tr><td align=\"left\"><b>\(snapshot.faultCount) faults</b></td></tr>"
        + "\(rows.joined())</table>>]")
  }
}

extension BoxSnapshot {
  /// Red where messages are lost or stuck, orange where somebody waits.
  fileprivate var colour: String? {
    if statistics.dropped > 0 || statistics.isFull { return "#b3261e" }
    return statistics.sendersWaiting > 0 || (isOutbox && statistics.isAwaited) ? "#c77700" : nil
  }
}

extension ComponentSnapshot.State {
  fileprivate var isAtWork: Bool { self == .running || self == .awake }
}

/// A name as Graphviz takes it, whatever is in it.
private func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" || scalar == "\\" { quoted += "\\" }
    quoted.unicodeScalars.append(scalar.isControl ? " " : scalar)
  }
  return quoted + "\""
}

/// A text inside a label in Graphviz's markup.
private func escaped(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    default: escaped.unicodeScalars.append(scalar.isControl ? " " : scalar)
    }
  }
  return escaped
}
