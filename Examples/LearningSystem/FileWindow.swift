// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Writes a character's lines into a file of its own, `first-witch.txt`.
final class FileWindow: ThreadedComponent, Window {
  let inbox = Inbox<String>()
  private let path: String

  init(_ character: String, in folder: String) {
    // Nothing in a play may lead out of the folder.
    let name = character.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
    path = "\(folder)/\(String(name)).txt"
  }

  override func threadMain() throws {
    guard let file = unsafe fopen(path, "w") else { throw FileProblem("write", path, errno) }
    defer { unsafe fclose(file) }
    while let line = inbox.blockingNext() {
      guard unsafe fputs(line + "\n", file) >= 0 else { throw FileProblem("write", path, errno) }
    }
    guard unsafe fflush(file) == 0 else { throw FileProblem("write", path, errno) }
  }
}
