// SPDX-License-Identifier: Apache-2.0
import Axon

/// Where the lines of one character go.
protocol Window: Component {
  var inbox: Inbox<String> { get }
}

/// Gives each character a window, when it first speaks, and sends it what that one says.
///
/// The windows are its children: it makes them, links them, and waits for their end.
final class Demultiplexer: Component, Sink {
  let inbox = Inbox<PlayLine>()
  /// Makes a window for a character.
  typealias Maker = @Sendable (_ character: String) throws -> sending any Window
  private let makeWindow: Maker

  init(_ makeWindow: @escaping Maker) { self.makeWindow = makeWindow }

  override func main() async throws {
    var windows: [String: Outbox<String>] = [:]
    while let line = await inbox.next() {
      guard case .spoken(let character, let text) = line else { continue }
      let known = windows[character]
      let window = try known ?? open(character)
      windows[character] = window
      await window.send(text)
    }
    for window in windows.values { window.finish() }
    await childrenEnded()
  }

  private func open(_ character: String) throws -> Outbox<String> {
    let way = Outbox<String>()
    let window = try makeWindow(character)
    try link(way, to: window.inbox)
    activate(window)
    return way
  }
}
