// SPDX-License-Identifier: Apache-2.0
public import Axon
public import Files
internal import Glibc

/// Tells which recordings are finished, out of all that happens in watched folders.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | what happens: from a `FolderWatch` |
/// | `outbox` | recordings that are finished, again when they changed after that |
///
/// It ends when nothing more can happen.
public final class RecordingWatch: CallbackComponent, Source, Sink {
  /// What happens.
  public let inbox = Inbox<FolderEvent>()
  /// Recordings that are finished.
  public let outbox = Outbox<FoundRecording>()
  private let folders: [String]
  private let goesDown: Bool

  /// Tells of recordings in folders.
  ///
  /// - Parameters:
  ///   - folders: As they were given to the `FolderWatch`.
  ///   - goesDown: Also those in folders within.
  public init(_ folders: [String], goesDown: Bool) {
    self.folders = folders
    self.goesDown = goesDown
  }

  override public func mainBody() -> Turn {
    while !outbox.isFull, let event = inbox.take() {
      guard event.change == .finished, let recording = recording(at: event.path) else { continue }
      outbox.post(recording)
    }
    return .pause
  }

  private func recording(at path: String) -> FoundRecording? {
    guard let root = folders.filter({ path.hasPrefix($0 + "/") }).max(by: { $0.count < $1.count })
    else { return nil }
    let rest = path.dropFirst(root.count + 1).split(separator: "/").dropLast()
    guard goesDown || rest.isEmpty else { return nil }
    var facts = stat()
    let size = unsafe stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    return FoundRecording(path: path, folder: rest.joined(separator: "/"), byteCount: size)
  }
}
