// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The test vectors of docs/PROTOCOL.md: fenced blocks, `hex NAME` and `text NAME`.
struct ProtocolPage {
  private(set) var bytes: [String: [UInt8]] = [:]
  private(set) var lines: [String: [String]] = [:]

  init() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/PROTOCOL.md"), encoding: .utf8)
    var fence: [Substring] = []
    var content: [String] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```"), fence.isEmpty {
        fence = line.dropFirst(3).split(separator: " ")
      } else if line.hasPrefix("```") {
        if fence.count == 2, fence[0] == "hex" { bytes[String(fence[1])] = Self.bytes(content) }
        if fence.count == 2, fence[0] == "text" { lines[String(fence[1])] = content }
        (fence, content) = ([], [])
      } else if !fence.isEmpty {
        content.append(String(line))
      }
    }
  }

  private static func bytes(_ lines: [String]) -> [UInt8] {
    lines.flatMap { $0.split(separator: " ") }.compactMap { UInt8($0, radix: 16) }
  }
}
