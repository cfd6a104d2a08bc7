// SPDX-License-Identifier: Apache-2.0
import Axon
import Testing

@Suite struct Snapshots {
  @Test func `who knows nothing gets all, components before their boxes, nodes before linkages`() {
    #expect(
      Snapshot.sample().changes(since: nil) == [
        #"DEL ALL"#,
        #"ADD NODE "Pipeline<Int, Never>_1" "Pipeline<Int, Never>_1" auto component"#,
        #"ADD NODE "Pipeline<Int, Never>_1.inbox" "inbox" auto inbox"#,
        #"ADD NODE "Relay_2" "Relay_2" auto component"#,
        #"ADD NODE "Relay_2.inbox" "inbox" auto inbox"#,
        #"ADD NODE "Relay_2.outbox" "outbox" auto outbox"#,
        #"ADD NODE "Writer_3" "Writer_3" auto component"#,
        #"ADD NODE "Writer_3.inbox" "inbox" auto inbox"#,
        #"ADD NODE "feed-1" "unowned box" auto outbox"#,
        #"ADD LINK "Pipeline<Int, Never>_1" "Pipeline<Int, Never>_1.inbox""#,
        #"ADD LINK "Relay_2" "Relay_2.inbox""#,
        #"ADD LINK "Relay_2" "Relay_2.outbox""#,
        #"ADD LINK "Writer_3" "Writer_3.inbox""#,
        #"ADD LINK "Pipeline<Int, Never>_1.inbox" "Relay_2.inbox""#,
        #"ADD LINK "Relay_2.outbox" "Writer_3.inbox""#,
        #"ADD LINK "feed-1" "Pipeline<Int, Never>_1.inbox""#,
        #"RESTARTS "Pipeline<Int, Never>_1" 2"#,
        #"DROPS "Writer_3.inbox" 3"#,
        #"FAULT "Relay_0" "Relay_0: <bad> \"data\" [31m""#,
      ])
  }

  @Test func `nothing is told when nothing has changed`() {
    let sample = Snapshot.sample()
    #expect(sample.changes(since: sample, detail: .counts).isEmpty)
  }

  @Test func `what is gone goes linkages first, boxes before their component`() {
    let old = Snapshot.sample()
    var new = old
    new.components.removeLast()
    new.components[1].boxes[1].next = nil
    #expect(
      new.changes(since: old) == [
        #"DEL LINK "Relay_2.outbox" "Writer_3.inbox""#,
        #"DEL LINK "Writer_3" "Writer_3.inbox""#,
        #"DEL NODE "Writer_3.inbox""#,
        #"DEL NODE "Writer_3""#,
      ])
  }

  @Test func `a linkage that moves is deleted and added`() {
    let old = Snapshot.sample()
    var new = old
    new.components[1].boxes[1].next = "Relay_2.inbox"
    #expect(
      new.changes(since: old) == [
        #"DEL LINK "Relay_2.outbox" "Writer_3.inbox""#,
        #"ADD LINK "Relay_2.outbox" "Relay_2.inbox""#,
      ])
  }

  @Test func `drops, restarts and faults are told when they grow`() {
    let old = Snapshot.sample()
    var new = old
    new.components[2].boxes[0].statistics.dropped = 5
    new.components[0].restarts = 3
    new.faultCount = 5
    new.faults.append(Fault(number: 5, moment: new.moment, component: "Relay_2", text: "lost"))
    #expect(
      new.changes(since: old) == [
        #"RESTARTS "Pipeline<Int, Never>_1" 3"#, #"DROPS "Writer_3.inbox" 5"#,
        #"FAULT "Relay_2" "lost""#,
      ])
  }

  @Test func `counts are told to those who ask for them, of inboxes that changed`() {
    let old = Snapshot.sample()
    var new = old
    new.components[1].boxes[0].statistics.depth = 5
    new.components[1].boxes[0].statistics.put = 5
    #expect(new.changes(since: old).isEmpty)
    #expect(
      new.changes(since: old, detail: .counts) == [
        #"COUNTS "Relay_2.inbox" depth 5 of 32 put 5 taken 0 dropped 0 waiting 0"#
      ])
    #expect(new.changes(since: nil, detail: .counts).filter { $0.hasPrefix("COUNTS") }.count == 3)
  }

  @Test func `the tree shows who started whom, what waits, where it leads and what failed`() {
    #expect(
      Snapshot.sample().tree() == """
        Axon: 3 components, 4 faults
        └─ Pipeline<Int, Never>_1  pauses · 2 restarts · 1 child failed
           │  ▸ inbox  1/32 → Relay_2.inbox
           ├─ Relay_2  callback · waits for room at outbox
           │     ▸ inbox   1/32
           │     ◂ outbox → Writer_3.inbox  2/2  waits for room
           └─ Writer_3  a "quoted" & <odd> name   threaded · runs
                 ▸ inbox  2/2 · 9 came, 7 went · full · 1 want room · 3 dropped
        elsewhere: unowned box → Pipeline<Int, Never>_1.inbox
        fault 12 s ago: Relay_0: <bad> "data" [31m

        """)
  }

  /// Each `count` of one class below one parent.
  private func crowd(_ count: Int) -> Snapshot {
    var crowd = Snapshot()
    crowd.components = [ComponentSnapshot(name: "Server_0", type: "Server")]
    for number in 1...count {
      for type in ["Socket", "Viewer"] {
        var member = ComponentSnapshot(name: "\(type)_\(number)", type: type, parent: "Server_0")
        member.boxes = [
          BoxSnapshot(
            id: "\(type)_\(number).outbox", name: "outbox", isOutbox: true,
            next: type == "Socket" ? "Viewer_\(number).outbox" : nil)
        ]
        crowd.components.append(member)
      }
    }
    return crowd
  }

  @Test func `of many that are alike a few are shown, and the rest counted`() {
    let tree = crowd(1000).tree(limit: 2)
    #expect(tree.hasPrefix("Axon: 2001 components, no faults\n"))
    #expect(tree.contains("├─ and 998 more Socket\n") && tree.hasSuffix("└─ and 998 more Viewer\n"))
    #expect(tree.split(separator: "\n").count == 12)
    let graph = crowd(1000).graphviz(limit: 2)
    #expect(graph.contains(#"label="and 998 more Viewer""#))
    #expect(graph.contains("Viewer_2") && !graph.contains("Viewer_3"))
    #expect(!crowd(2).tree(limit: 2).contains("more"))
  }

  @Test func `a Graphviz document frames children, links ports and escapes every name`() {
    let graph = Snapshot.sample().graphviz()
    #expect(graph.hasPrefix("digraph axon {\n") && graph.hasSuffix("\n}\n"))
    #expect(graph.contains(#"subgraph "cluster_Pipeline<Int, Never>_1" {"#))
    #expect(graph.contains("<b>Pipeline&lt;Int, Never&gt;_1</b>"))
    #expect(graph.contains("a &quot;quoted&quot; &amp; &lt;odd&gt; name "))
    #expect(graph.contains(#""Relay_2":b1 -> "Writer_3":b0 ["#))
    // In-in, and what is fed from outside.
    #expect(graph.contains(#""Pipeline<Int, Never>_1":b0 -> "Relay_2":b0 [style=dashed"#))
    #expect(graph.contains(#""feed-1" -> "Pipeline<Int, Never>_1":b0 ["#))
    #expect(graph.contains("inbox · 2/2 · 9 came · full · 1 want room · 3 dropped"))
    #expect(graph.contains("12 s ago: Relay_0: &lt;bad&gt; &quot;data&quot; [31m"))
    #expect(!graph.unicodeScalars.contains("\u{1b}"))
  }
}
