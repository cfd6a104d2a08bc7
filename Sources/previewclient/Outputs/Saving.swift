// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Writes pictures into a folder, `000012.jpg` for slot 12, on a thread of its own because disks block.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | pictures |
///
/// A picture appears under its name once it is whole; an older one of that name is replaced. It ends
/// when no more come, or with ``ClientError``: no folder, no room.
final class Saving: ThreadedComponent, Sink {
  let inbox = Inbox<ReceivedPicture>(capacity: 8)
  private let folder: String

  init(into folder: String) { self.folder = folder }

  override func threadMain() throws {
    try makeFolder()
    let progress = ProgressLine()
    while let picture = inbox.blockingNext() {
      let digits = String(picture.slot)
      let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jpg"
      try save(picture.jpeg, as: name)
      progress.show(
        "\(folder)/\(name)  \(picture.place)" + (picture.places.map { "/\($0)" } ?? "")
          + (picture.isGrowing ? "  recording" : ""))
    }
    progress.end()
  }

  private func save(_ bytes: [UInt8], as name: String) throws(ClientError) {
    let path = "\(folder)/\(name)"
    let draft = "\(folder)/.\(name).\(getpid()).part"
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StandardStreams.systemError(path) }
    do throws(ClientError) {
      defer { close(descriptor) }
      try StandardStreams.write(bytes, to: descriptor, path)
      if unsafe rename(draft, path) != 0 { throw StandardStreams.systemError(path) }
    } catch {
      unsafe unlink(draft)
      throw error
    }
  }

  /// Makes the folder and those above it, where they are missing.
  private func makeFolder() throws(ClientError) {
    var made = folder.hasPrefix("/") ? "/" : ""
    for part in folder.split(separator: "/") {
      made += part + "/"
      if unsafe mkdir(made, 0o755) != 0, errno != EEXIST {
        throw StandardStreams.systemError(folder)
      }
    }
  }
}
