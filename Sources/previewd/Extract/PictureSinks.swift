// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Outputs
import Recording

/// Writes pictures into a folder, `000012.jpg` for slot 12; none is ever seen half-written.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | pictures |
///
/// It ends when no more come, or with `MediaError`: no folder, no room on the disk.
final class FolderSink: ThreadedComponent, Sink {
  let inbox = Inbox<ExtractedFrame>(capacity: 8)
  private let folder: String

  init(folder: String) { self.folder = folder }

  override func threadMain() throws {
    try OutputFile.makeFolder(folder)
    while let picture = inbox.blockingNext() {
      let digits = String(picture.slot)
      let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jpg"
      let file = try OutputFile("\(folder)/\(name)")
      try file.write(picture.jpeg)
      try file.publish()
    }
  }
}

/// Writes a frame stream, with an index at its end, to a file or to standard output.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | pictures |
///
/// It ends when no more come, or with `MediaError`. A file appears under its name once it is whole.
final class StreamSink: ThreadedComponent, Sink {
  let inbox = Inbox<ExtractedFrame>(capacity: 8)
  private let path: String?
  private let description: PreviewDescription
  /// How the extraction went, known once no more pictures come.
  private let verdict: @Sendable () -> ExtractionVerdict

  /// A sink for the file at `path`, or for standard output.
  init(
    path: String?, description: PreviewDescription,
    verdict: @escaping @Sendable () -> ExtractionVerdict
  ) {
    self.path = path
    self.description = description
    self.verdict = verdict
  }

  override func threadMain() throws {
    let file = try path.map { path throws(MediaError) in try OutputFile(path) }
    let writer = PreviewFileWriter(
      descriptor: file?.number ?? STDOUT_FILENO, name: path ?? "standard output")
    try writer.append(PreviewFrame(kind: .description, payload: description.payload))
    var served = 0
    var last = (description.pictures?.firstSlot ?? 0) - 1
    var time: Int64 = 0
    while let picture = inbox.blockingNext() {
      try writer.append(
        PreviewFrame(picture, followsGap: picture.slot > last + 1), slot: picture.slot)
      served += 1
      last = picture.slot
      time = picture.time
    }
    if isStopping { return }
    let end = PreviewEnd(verdict(), served: served, slots: description.pictures?.slots)
    try writer.append(PreviewFrame(kind: .end, time: time, payload: end.payload))
    try writer.finish()
    try file?.publish()
  }
}
