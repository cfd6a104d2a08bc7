// SPDX-License-Identifier: Apache-2.0
import Axon
import Foundation
import Synchronization
import Testing

@testable import Files

/// Real files; each step waits for the word on the one before.
@Suite(.timeLimit(.minutes(1)))
struct FileWatchTests {
  static var settings: WatchSettings {
    var settings = WatchSettings()
    settings.quietTime = .seconds(3600)
    settings.pace = .milliseconds(1)
    settings.slowPollInterval = .seconds(3600)
    return settings
  }

  private func run(
    _ settings: WatchSettings = settings,
    _ steps: @escaping @Sendable (Script<FileEvent>) async throws -> Void
  ) throws {
    let scheduler = Scheduler()
    let watch = FileWatch(settings)
    let script = Script(steps)
    try link(script.orders, to: watch.inbox)
    try link(watch.outbox, to: script.events)
    scheduler.activate(watch)
    let handle = scheduler.activate(script)
    #expect(scheduler.run().isEmpty)
    if case .failed(let failure) = handle.outcome { throw failure.error }
  }

  @Test func `a file that grows, and is closed`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    try run { script in
      let writer = Writer(path)
      await script.watch(5, path)
      #expect(await script.next() == FileEvent(file: 5, change: .grew(byteCount: 0)))
      writer.write(100)
      #expect(await script.next() == FileEvent(file: 5, change: .grew(byteCount: 100)))
      writer.write(50)
      #expect(await script.next() == FileEvent(file: 5, change: .grew(byteCount: 150)))
      writer.end()
      #expect(await script.next() == FileEvent(file: 5, change: .closed))
    }
  }

  @Test func `a file that nobody writes is closed from the beginning`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    Writer(path).write(10)
    try run { script in
      await script.watch(1, path)
      #expect(await script.next() == FileEvent(file: 1, change: .grew(byteCount: 10)))
      #expect(await script.next() == FileEvent(file: 1, change: .closed))
    }
  }

  @Test func `one of two writers closing it isn't its end`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    try run { script in
      let (one, other) = (Writer(path), Writer(path))
      await script.watch(1, path)
      _ = await script.next()
      one.write(7)
      #expect(await script.next()?.change == .grew(byteCount: 7))
      one.end()
      #expect(await script.next()?.change == .grew(byteCount: 7))
      other.write(1)
      #expect(await script.next()?.change == .grew(byteCount: 8))
      other.end()
      #expect(await script.next()?.change == .closed)
    }
  }

  @Test func `a file moved, cut and deleted`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    try run { script in
      let writer = Writer(path)
      writer.write(100)
      await script.watch(1, path)
      _ = await script.next()
      try FileManager.default.moveItem(atPath: path, toPath: path + ".new")
      #expect(await script.next()?.change == .moved)
      writer.cut(to: 30)
      #expect(await script.next()?.change == .shrank(byteCount: 30))
      try FileManager.default.removeItem(atPath: path + ".new")
      #expect(await script.next()?.change == .gone)
    }
  }

  @Test func `another file in its place`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    try run { script in
      let writer = Writer(path)
      writer.write(100)
      await script.watch(1, path)
      _ = await script.next()
      Writer(path + ".other").write(5)
      _ = unsafe rename(path + ".other", path)
      #expect(await script.next { $0.change != .moved }?.change == .gone)
    }
  }

  @Test func `a file that doesn't grow is quiet, however it is held open`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    var settings = Self.settings
    settings.quietTime = .milliseconds(50)
    try run(settings) { script in
      let writer = Writer(path)
      await script.watch(1, path)
      _ = await script.next()
      #expect(await script.next()?.change == .quiet)
      writer.write(1)
      #expect(await script.next()?.change == .grew(byteCount: 1))
      #expect(await script.next()?.change == .quiet)
    }
  }

  @Test func `where the kernel says nothing, it is looked at`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    var settings = Self.settings
    settings.hearsKernel = false
    settings.pollInterval = .milliseconds(5)
    try run(settings) { script in
      let writer = Writer(path)
      await script.watch(1, path)
      _ = await script.next()
      writer.write(3)
      #expect(await script.next()?.change == .grew(byteCount: 3))
    }
  }

  @Test func `two numbers for one file hear the same; one forgotten leaves the other`() throws {
    let folder = try Scratch()
    let path = folder.path + "/a.ts"
    try run { script in
      let writer = Writer(path)
      await script.watch(1, path)
      await script.watch(2, path)
      var heard: Set<Int> = []
      while heard.count < 2, let event = await script.next() { heard.insert(event.file) }
      await script.orders.send(.forget(1))
      writer.write(1)
      #expect(await script.next() == FileEvent(file: 2, change: .grew(byteCount: 1)))
      writer.end()
      #expect(await script.next() == FileEvent(file: 2, change: .closed))
    }
  }

  @Test func `events that were lost are made up for`() throws {
    let folder = try Scratch()
    let text = try String(
      contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let limit = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 16384
    let overflows = Atomic(0)
    let scheduler = Scheduler()
    let tree = FolderWatch([folder.path], settings: Self.settings) {
      if $0 == .overflow { overflows.add(1, ordering: .relaxed) }
    }
    let path = folder.path
    let script = Script<FolderEvent> { script in
      Writer(path + "/first").write(1)
      _ = await script.next { $0.path.hasSuffix("first") && $0.change == .finished }
      // All in one turn, so that nobody reads them meanwhile; each name is an event of its own.
      for round in 0..<limit / 2 + 10 {
        Writer(path + "/\(round % 2)").write(1)
      }
      Writer(path + "/last").write(1)
      #expect(await script.next { $0.path.hasSuffix("last") && $0.change == .finished } != nil)
    }
    try link(tree.outbox, to: script.events)
    scheduler.activate(tree)
    scheduler.activate(script)
    scheduler.run()
    #expect(overflows.load(ordering: .relaxed) > 0)
  }
}
