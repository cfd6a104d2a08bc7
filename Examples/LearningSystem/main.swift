// SPDX-License-Identifier: Apache-2.0
import Axon
import ExampleKit
import Glibc
import Terminal

Example.run { scheduler in
  let words = Example.operands(
    """
    LearningSystem PLAY [FOLDER]
    shows what each character of a play says in a pane of its own, or writes it into files in FOLDER
    """, 1...2)
  if words.count > 1 {
    let folder = words[1]
    guard unsafe mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw FileProblem("make folder", folder, errno)
    }
    scheduler.activate(
      try reading(words[0], every: .zero) { character in FileWindow(character, in: folder) })
  } else {
    guard isatty(STDOUT_FILENO) == 1 else { throw NoTerminal() }
    let screen = Screen(ScreenSize(of: STDOUT_FILENO, environment: [:]))
    let lines = screen.inbox
    scheduler.activate(screen)
    scheduler.activate(
      try reading(words[0], every: .milliseconds(400)) { character in
        let pane = PaneWindow(character)
        try link(pane.outbox, to: lines)
        return pane
      })
  }
}

/// From the text to the windows, a line each interval where people are to follow.
func reading(
  _ path: String, every interval: Duration, window: @escaping Demultiplexer.Maker
) throws -> sending Component {
  try Pipeline {
    Lines(of: path)
    Parsing()
    Filter<PlayLine>(\.isSpoken)
    Reciting<PlayLine>(every: interval)
    Demultiplexer(window)
  }
}

struct NoTerminal: Error, CustomStringConvertible {
  var description: String { "standard output is no terminal: name a FOLDER for files" }
}
