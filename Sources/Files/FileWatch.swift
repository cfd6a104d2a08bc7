// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import CLinux
public import Internet

/// An open file that is to be watched.
public final class WatchedFile: Sendable {
  let descriptor: Descriptor

  /// Takes over a descriptor, open for reading.
  public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// What a ``FileWatch`` is told.
public enum FileOrder: Sendable {
  /// Watch this file, under a number of the sender's choice.
  case watch(Int, WatchedFile)
  /// Watch it no longer; what was found out before may still be on its way.
  case forget(Int)
}

/// What happened to a watched file.
public struct FileEvent: Equatable, Sendable {
  /// What happened.
  public enum Change: Equatable, Sendable {
    /// It has so many bytes now; said once when the watch begins.
    case grew(byteCount: Int64)
    /// It was cut to so many bytes.
    case shrank(byteCount: Int64)
    /// Whoever wrote it has closed it.
    case closed
    /// It hasn't grown for the quiet time; said again after it grew and stopped again.
    case quiet
    /// It has another name now; it may go on growing.
    case moved
    /// It was deleted, or another file took its name: the last word on it.
    case gone
  }

  /// The number that it was given.
  public let file: Int
  /// What happened.
  public let change: Change
}

/// Watches open files: says when they grow, and when they are finished.
///
/// ```swift
/// let watch = FileWatch()
/// try link(orders, to: watch.inbox)
/// try link(watch.outbox, to: events)
/// scheduler.activate(watch)
/// orders.post(.watch(1, WatchedFile(descriptor)))
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | which files to watch: ``FileOrder`` |
/// | `outbox` | what happened to them: ``FileEvent`` |
///
/// It sleeps until the kernel tells of a change. Where that can't tell, on network shares or when
/// there are no more watches, it looks each ``WatchSettings/pollInterval``; at the others each
/// ``WatchSettings/slowPollInterval``, should the kernel have failed to tell. Nothing watched: no
/// wake-ups. It ends when its `inbox` has finished and nothing is watched any more, when nobody
/// listens, or when it is stopped; `signal` then says `producerFinished`.
public final class FileWatch: Component, Source, Sink {
  /// Which files to watch.
  public let inbox = Inbox<FileOrder>(capacity: 256)
  /// What happened to them.
  public let outbox = Outbox<FileEvent>()
  private let tell: @Sendable (WatchTrouble) -> Void
  private let hearsKernel: Bool
  private var book: GrowthBook<Int>
  private var files: [Int: WatchedFile] = [:]
  private var inotify: Inotify?
  /// Files by the number of their watch: the same file may be watched under several numbers.
  private var watches: [Int32: Set<Int>] = [:]
  private var hasComplained = false
  private var alarm: Instant?

  /// A watch for files to be named by messages.
  ///
  /// - Parameters:
  ///   - settings: How long, how often.
  ///   - tell: Gets to know of troubles, each once.
  public init(
    _ settings: WatchSettings = WatchSettings(),
    tell: @escaping @Sendable (WatchTrouble) -> Void = { _ in }
  ) {
    book = GrowthBook(settings)
    hearsKernel = settings.hearsKernel
    self.tell = tell
  }

  override public func main() async throws {
    do throws(WatchRefused) {
      if hearsKernel { inotify = try Inotify(for: self) }
    } catch {
      complain(error.reason)
    }
    while !isStopping {
      while let order = inbox.take() { obey(order) }
      let isMore = await listen()
      for file in book.due(at: now) {
        for finding in book.look(file, facts(of: file), now: now) {
          guard await say(file, finding) else { return }
        }
      }
      if inbox.isFinished, book.isEmpty { return }
      if isMore { await yield() } else { await rest() }
    }
  }

  private func rest() async {
    if let moment = book.nextWake, alarm.map({ $0 <= now || moment < $0 }) ?? true {
      alarm = moment
      scheduler.wake(handle, at: moment)
    }
    await pause()
  }

  // MARK: Orders

  private func obey(_ order: FileOrder) {
    switch order {
    case .watch(let number, let file): watch(file, as: number)
    case .forget(let number): forget(number)
    }
  }

  private func watch(_ file: WatchedFile, as number: Int) {
    forget(number)
    let descriptor = file.descriptor.number
    files[number] = file
    // First the watch, then the look: what happens in between is seen twice, not never.
    var isSilent = clinux_is_silent(descriptor) != 0
    if let inotify {
      let watch = inotify.watch(file: descriptor)
      if watch >= 0 {
        watches[watch, default: []].insert(number)
      } else {
        isSilent = true
        complain(WatchRefused(code: -watch).reason)
      }
    } else {
      isSilent = true
    }
    guard let facts = FileFacts(descriptor) else { return }
    book.add(number, facts, age: facts.age, isSilent: isSilent, isTold: false, now: now)
    if facts.linkCount == 0 || Writing(descriptor) == .closed { book.close(number) }
  }

  private func forget(_ number: Int) {
    guard files.removeValue(forKey: number) != nil else { return }
    book.remove(number)
    for (watch, numbers) in watches where numbers.contains(number) {
      watches[watch]?.remove(number)
      guard numbers.count == 1 else { continue }
      watches[watch] = nil
      inotify?.end(watch)
    }
  }

  // MARK: Events

  /// Hears what the kernel has to tell; whether there may be more.
  private func listen() async -> Bool {
    guard let (events, isMore) = inotify?.read() else { return false }
    for event in events {
      if event.says(CLINUX_WATCH_OVERFLOW) {
        tell(.overflow)
        book.touchAll()
      }
      let numbers = watches[event.watch] ?? []
      for number in numbers {
        if event.says(CLINUX_FILE_CLOSED) { book.close(number) } else { book.touch(number) }
        if event.says(CLINUX_FILE_MOVED), await !say(number, .moved) { return false }
        if event.says(CLINUX_WATCH_ENDED) { book.becomesSilent(number, now: now) }
      }
      if event.says(CLINUX_WATCH_ENDED) { watches[event.watch] = nil }
    }
    return isMore
  }

  private func facts(of number: Int) -> FileFacts? {
    files[number].flatMap { FileFacts($0.descriptor.number) }
  }

  private func say(_ file: Int, _ finding: GrowthBook<Int>.Finding) async -> Bool {
    let change: FileEvent.Change =
      switch finding {
      case .grew(let byteCount): .grew(byteCount: byteCount)
      case .shrank(let byteCount): .shrank(byteCount: byteCount)
      // One of several writers isn't all of them.
      case .closed where isWritten(file): .grew(byteCount: book.facts(of: file)?.byteCount ?? 0)
      case .closed: .closed
      case .quiet: .quiet
      case .gone: .gone
      }
    return await say(file, change)
  }

  private func say(_ file: Int, _ change: FileEvent.Change) async -> Bool {
    await outbox.send(FileEvent(file: file, change: change))
  }

  private func isWritten(_ file: Int) -> Bool {
    files[file].map { Writing($0.descriptor.number) == .open } ?? false
  }

  private func complain(_ reason: String) {
    if hasComplained { return }
    hasComplained = true
    tell(.noWatch(reason: reason))
  }
}
