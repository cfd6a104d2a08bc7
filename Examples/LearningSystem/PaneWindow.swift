// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Terminal

/// Shows a character's lines in a pane of the terminal: tells the screen, which alone draws.
final class PaneWindow: Component, Window, Source {
  let inbox = Inbox<String>()
  let outbox = Outbox<Screen.Line>()
  private let character: String
  init(_ character: String) { self.character = character }

  override func main() async throws {
    while let text = await inbox.next() {
      await outbox.send(Screen.Line(character: character, text: text))
    }
  }
}

/// Draws a pane for each character, as many beside each other as are wide enough.
final class Screen: Component, Sink {
  /// What a character says.
  struct Line: Sendable {
    let character: String
    let text: String
  }

  let inbox = Inbox<Line>()
  private let size: ScreenSize
  private var panes: [(character: String, lines: [String])] = []

  init(_ size: ScreenSize) { self.size = size }

  override func main() async throws {
    while let line = await inbox.next() {
      if let place = panes.firstIndex(where: { $0.character == line.character }) {
        panes[place].lines.append(line.text)
      } else {
        panes.append((line.character, [line.text]))
      }
      Example.say(drawing)
    }
  }

  /// The whole screen, from its upper left corner.
  private var drawing: String {
    let across = min(panes.count, max(1, size.columns / 36))
    let down = (panes.count + across - 1) / across
    let (width, height) = (size.columns / across, max(2, (size.rows - 1) / down))
    var text = "\u{1B}[2J"
    for (place, pane) in panes.enumerated() {
      let (left, top) = (place % across * width + 1, place / across * height + 1)
      let title = CellText(" \(pane.character)", columns: width - 1, isUTF8: true)
      let filling = String(repeating: " ", count: max(0, width - 1 - title.width))
      text += "\u{1B}[\(top);\(left)H\u{1B}[7m\(title.text)\(filling)\u{1B}[0m"
      for (row, line) in pane.lines.suffix(height - 1).enumerated() {
        let shown = CellText(line, columns: width - 1, isUTF8: true)
        text += "\u{1B}[\(top + 1 + row);\(left)H\(shown.text)"
      }
    }
    return text + "\u{1B}[\(size.rows - 1);1H"
  }
}
