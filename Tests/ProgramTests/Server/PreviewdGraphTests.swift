// SPDX-License-Identifier: Apache-2.0
import Axon
import Foundation
import Media
import Testing

/// A running server looked into from outside.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdGraphTests {
  let folder: String

  init() throws { folder = try #require(Clips.folder).path }

  /// A server with its introspection, and a viewer that watches in real time.
  private func withServer(
    _ body: (PreviewdServer, _ port: String, _ viewer: ServerConnection) throws -> Void
  ) throws {
    let server = try PreviewdServer([folder], options: ["--introspect", "0"])
    let line = try server.running.nextLine(of: .errors) { $0.contains("introspection at=") }
    let port = try #require(line.split(separator: ":").last.map(String.init))
    #expect(line.contains("at=127.0.0.1:"))
    let viewer = try server.connect()
    try viewer.ask(.pictures("film.mpg", pace: .realtime))
    #expect(try viewer.next()?.kind == .description)
    try body(server, port, viewer)
  }

  @Test func `it prints a tree of the components, their boxes and where they lead`() throws {
    try withServer { _, port, _ in
      let tree = try Program.previewd.run(["graph", "127.0.0.1:" + port])
      #expect(tree.exitCode == 0 && tree.errors.isEmpty)
      #expect(tree.output.hasPrefix("Axon: ") && tree.output.contains("components, no faults\n"))
      #expect(tree.output.contains("─ DecoderPool_1  "))
      #expect(tree.output.contains("─ Viewer_"))
      #expect(tree.output.contains("◂ outbox → Viewer_"))
      #expect(!tree.output.unicodeScalars.contains("\u{1b}"))
      #expect(try Program.previewd.run(["graph", port]).exitCode == 0)
    }
  }

  @Test(.enabled(if: Program.dot.isThere, "dot (graphviz) isn't installed"))
  func `dot draws a running server`() throws {
    try withServer { _, port, _ in
      let graph = try Program.previewd.run(["graph", "--dot", port])
      #expect(graph.exitCode == 0 && graph.output.contains("subgraph \"cluster_SimpleServer_"))
      try expectDrawn(graph.output, with: "Viewer_")
    }
  }

  @Test(.enabled(if: Program.dot.isThere, "dot (graphviz) isn't installed"))
  func `dot draws names that are full of its own marks`() throws {
    var odd = ComponentSnapshot(name: "A<\"B\\\">&;{}|\n_1", type: "A")
    odd.annotation = "<b>&amp;</b> \u{0} ü"
    odd.boxes = [
      BoxSnapshot(id: "a\"]", name: "in<\"", isOutbox: false),
      BoxSnapshot(id: "b\\", name: "out\\", isOutbox: true, next: "a\"]"),
    ]
    var snapshot = Snapshot()
    snapshot.components = [odd]
    snapshot.others = [BoxSnapshot(id: "-> {", name: "\\\"->", isOutbox: true, next: "a\"]")]
    snapshot.faultCount = 1
    snapshot.faults = [
      Fault(number: 1, moment: snapshot.moment, component: "x", text: "</font> ]]> \"\\")
    ]
    try expectDrawn(snapshot.graphviz(), with: "&lt;/font&gt;")
    try expectDrawn(Snapshot().graphviz(), with: "0 components")
  }

  private func expectDrawn(_ graph: String, with text: String) throws {
    let drawn = try Program.dot.run(["-Tsvg"], input: Array(graph.utf8))
    #expect(drawn.exitCode == 0 && drawn.errors.isEmpty, "\(drawn.errors)")
    #expect(drawn.output.contains(text) && drawn.output.hasSuffix("</svg>\n"))
  }

  @Test func `who follows hears of viewers that come and go`() throws {
    try withServer { server, port, viewer in
      let follower = try follow(port)
      let first = try viewerName(in: follower, after: "ADD")
      let second = try server.connect()
      let come = try viewerName(in: follower, after: "ADD")
      #expect(come != first)
      second.hangUp()
      #expect(try viewerName(in: follower, after: "DEL") == come)
      viewer.reset()
      #expect(try viewerName(in: follower, after: "DEL") == first)
    }
  }

  /// A plain connection that follows, as `nc` would.
  private func follow(_ port: String) throws -> LineReader {
    let number = try #require(UInt16(port))
    return try LineReader(ServerConnection(port: number), asking: "follow\n")
  }

  /// The next viewer's own node that is added or deleted, not one of its boxes.
  private func viewerName(in reader: LineReader, after verb: String) throws -> String {
    while let line = try reader.next() {
      let words = line.split(separator: "\"")
      if words.first == "\(verb) NODE ", words[1].hasPrefix("Viewer_"), !words[1].contains(".") {
        return String(words[1])
      }
    }
    throw Program.Failed(what: "the server closed before another \(verb)")
  }

  @Test func `bad input is answered with a line, and disturbs nobody`() throws {
    try withServer { server, port, viewer in
      let number = try #require(UInt16(port))
      for noise in ["hello\n", String(repeating: "\u{1}", count: 5000), "GET / HTTP/1.0\r\n\r\n"] {
        let reader = try LineReader(ServerConnection(port: number), asking: noise)
        #expect(try reader.next()?.hasPrefix("ERROR \"") == true)
        #expect(try reader.next() == nil)
      }
      // One too many is told so; those who don't read hold up nobody.
      let lazy = try (0..<8).map { _ in
        try LineReader(ServerConnection(port: number, room: 2048), asking: "follow counts\n")
      }
      for reader in lazy { #expect(try reader.next() == "DEL ALL") }
      let late = try LineReader(ServerConnection(port: number), asking: "tree\n")
      #expect(try late.next()?.contains("too many clients") == true)
      #expect(try viewer.next()?.kind == .picture)
      #expect(try server.running.terminate().exitCode == 0)
    }
  }

  @Test func `where nothing listens it says what to do`() throws {
    let nobody = try Program.previewd.run(["graph", "127.0.0.1:1"])
    #expect(nobody.exitCode == 69 && nobody.output.isEmpty)
    #expect(
      nobody.errors == "previewd: 127.0.0.1:1: Connection refused: start the server with "
        + "--introspect 1\n")
    for place in ["x", "localhost:", ":1617", "::1:5", "1:99999", "0"] {
      #expect(try Program.previewd.run(["graph", place]).exitCode == 64, "\(place)")
    }
    let taken = try PreviewdServer([folder])
    let busy = try Program.previewd.run(
      ["serve", "--port", "0", "--introspect", "\(taken.port)", folder])
    #expect(busy.exitCode == 69 && busy.errors.contains("the port is in use"))
    #expect(!busy.errors.contains("serving"))
  }
}

extension Program {
  fileprivate static let dot = Program(installed: "dot")
}

/// The lines that a server sends.
private final class LineReader {
  private let connection: ServerConnection
  private var bytes: [UInt8] = []

  init(_ connection: ServerConnection, asking request: String) throws {
    self.connection = connection
    connection.send(Array(request.utf8))
  }

  /// The next line, without its end; `nil` when the server has closed.
  func next() throws -> String? {
    while true {
      if let end = bytes.firstIndex(of: 10) {
        defer { bytes.removeSubrange(...end) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      guard let more = try connection.receive() else { return nil }
      bytes += more
    }
  }
}
