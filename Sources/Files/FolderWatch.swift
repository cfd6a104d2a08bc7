// SPDX-License-Identifier: Apache-2.0
public import Axon

/// What happened to a file below a watched folder.
public struct FolderEvent: Equatable, Sendable {
  /// What happened.
  public enum Change: Equatable, Sendable {
    /// It is there, and wasn't before; or the watch has just begun.
    case appeared
    /// It has so many bytes now.
    case grew(byteCount: Int64)
    /// Nothing more is expected: whoever wrote it has closed it, or it hasn't grown for the quiet time.
    ///
    /// Said again after it grew again.
    case finished
    /// It is there no longer, or under another name.
    case gone
  }

  /// The file: the watched folder's path as it was given, a slash, and the rest.
  public let path: String
  /// What happened.
  public let change: Change
}

/// Watches folders and all below them: says which files come, grow, are finished and go.
///
/// ```swift
/// let watch = FolderWatch(["/recordings"], where: { $0.hasSuffix(".ts") })
/// try link(watch.outbox, to: events)
/// scheduler.activate(watch)
/// ```
/// | box | what travels |
/// |---|---|
/// | `outbox` | what happened: ``FolderEvent`` |
///
/// What is there when it begins appears first, then `finished` where nobody writes it. Files and
/// folders whose names begin with a point, and links, aren't looked at. Of each file `appeared` comes
/// first, and after `gone` nothing but `appeared`. It sleeps until the kernel tells of a change; on
/// network shares, and when there are no more watches, it looks each
/// ``WatchSettings/pollInterval``. It ends when nobody listens or when it is stopped; `signal` then
/// says `producerFinished`.
public final class FolderWatch: Component {
  /// What happened.
  public let outbox = Outbox<FolderEvent>()
  private let tell: @Sendable (WatchTrouble) -> Void
  private let tree: FolderTree
  private var alarm: Instant?

  /// A watch for folders.
  ///
  /// - Parameters:
  ///   - folders: Their paths.
  ///   - accepts: Which files are of interest, by name.
  ///   - settings: How long, how often.
  ///   - tell: Gets to know of troubles.
  public init(
    _ folders: [String],
    where accepts: @escaping @Sendable (_ name: String) -> Bool = { _ in true },
    settings: WatchSettings = WatchSettings(),
    tell: @escaping @Sendable (WatchTrouble) -> Void = { _ in }
  ) {
    tree = FolderTree(folders, accepts: accepts, settings)
    self.tell = tell
  }

  override public func main() async throws {
    do throws(WatchRefused) {
      if tree.hearsKernel { tree.inotify = try Inotify(for: self) }
    } catch {
      tree.complain(error.reason)
    }
    tree.scan(now: now)
    while !isStopping {
      let isMore = tree.listen(now: now)
      tree.look(now: now)
      for trouble in tree.takeTroubles() { tell(trouble) }
      for event in tree.takeEvents() {
        guard await outbox.send(event) else { return }
      }
      if isMore { await yield() } else { await rest() }
    }
  }

  private func rest() async {
    if let moment = tree.nextWake, alarm.map({ $0 <= now || moment < $0 }) ?? true {
      alarm = moment
      scheduler.wake(handle, at: moment)
    }
    await pause()
  }
}
