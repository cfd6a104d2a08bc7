// SPDX-License-Identifier: Apache-2.0
package import Axon

/// What somebody who looks into a running system may ask for, a line each.
package enum IntrospectionRequest: Equatable, Sendable {
  /// The text protocol: first all, then changes.
  case follow(Snapshot.Detail)
  /// A picture for a terminal.
  case tree
  /// A Graphviz document.
  case graph

  /// Why a line is no request.
  package struct Refusal: Error, Equatable {
    /// A whole line of answer, for people.
    package let reason: String
  }

  private static let known = "say follow, follow counts, tree or graph"
  /// Bytes of the longest line that is read.
  package static let lineLimit = 200

  /// The request that a line makes, without its end; an empty one means the first.
  ///
  /// - Throws: ``Refusal`` with the answer.
  package init(line: some StringProtocol) throws(Refusal) {
    let words = line.split(whereSeparator: \.isWhitespace)
    switch words {
    case [], ["follow"]: self = .follow(.events)
    case ["follow", "counts"]: self = .follow(.counts)
    case ["tree"]: self = .tree
    case ["graph"]: self = .graph
    default:
      let shown = words.joined(separator: " ").unicodeScalars.prefix(40)
        .map { (0x20..<0x7f).contains($0.value) && $0 != "\"" ? String($0) : "?" }.joined()
      throw Refusal(reason: "ERROR \"unknown request '\(shown)': \(Self.known)\"")
    }
  }

  /// Takes the first line out of what has come so far; `nil` while there is no whole one.
  ///
  /// - Throws: ``Refusal`` when the line is too long to be one.
  package static func next(in bytes: inout Bytes) throws(Refusal) -> IntrospectionRequest? {
    guard let end = bytes.firstIndex(of: 10) else {
      if bytes.count <= lineLimit { return nil }
      throw Refusal(reason: "ERROR \"a line of more than \(lineLimit) bytes: \(known)\"")
    }
    let line = String(decoding: bytes[..<end], as: UTF8.self)
    bytes.removeSubrange(...end)
    return try IntrospectionRequest(line: line)
  }
}
