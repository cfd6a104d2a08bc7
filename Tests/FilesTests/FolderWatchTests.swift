// SPDX-License-Identifier: Apache-2.0
import Axon
@testable import Files
import Foundation
import Testing

/// Real folders; each step waits for the word on the one before.
@Suite(.timeLimit(.minutes(1)))
struct FolderWatchTests {
  private func run(
    _ folder: String, quietTime: Duration = .seconds(3600), hearsKernel: Bool = true,
    _ steps: @escaping @Sendable (Script<FolderEvent>) async throws -> Void
  ) throws {
    var settings = FileWatchTests.settings
    settings.quietTime = quietTime
    settings.hearsKernel = hearsKernel
    settings.pollInterval = .milliseconds(5)
    let scheduler = Scheduler()
    let watch = FolderWatch([folder], where: { $0.hasSuffix(".ts") }, settings: settings)
    let script = Script(steps)
    try link(watch.outbox, to: script.events)
    scheduler.activate(watch)
    let handle = scheduler.activate(script)
    scheduler.run()
    if case .failed(let failure) = handle.outcome { throw failure.error }
  }

  @Test func `what is there appears, and is finished`() throws {
    let folder = try Scratch()
    let path = folder.path
    Writer(path + "/a.ts").write(10)
    Writer(path + "/b.txt").write(10)
    Writer(path + "/.hidden.ts").write(10)
    try run(path) { script in
      #expect(await script.next() == FolderEvent(path: path + "/a.ts", change: .appeared))
      #expect(await script.next() == FolderEvent(path: path + "/a.ts", change: .finished))
    }
  }

  @Test func `a recording that comes, grows and is finished, also further below`() throws {
    let folder = try Scratch()
    let path = folder.path
    try run(path) { script in
      try FileManager.default.createDirectory(
        atPath: path + "/one/two", withIntermediateDirectories: true)
      let name = path + "/one/two/a.ts"
      let writer = Writer(name)
      #expect(await script.next() == FolderEvent(path: name, change: .appeared))
      writer.write(10)
      #expect(await script.next() == FolderEvent(path: name, change: .grew(byteCount: 10)))
      writer.end()
      #expect(await script.next() == FolderEvent(path: name, change: .finished))
      Writer(name).write(5)
      #expect(await script.next() == FolderEvent(path: name, change: .grew(byteCount: 15)))
      #expect(await script.next() == FolderEvent(path: name, change: .finished))
      try FileManager.default.removeItem(atPath: path + "/one")
      #expect(await script.next() == FolderEvent(path: name, change: .gone))
    }
  }

  @Test func `a recording moved in is finished, one moved out is gone`() throws {
    let (folder, elsewhere) = (try Scratch(), try Scratch())
    let (path, other) = (folder.path, elsewhere.path)
    Writer(other + "/a.ts").write(10)
    try run(path) { script in
      _ = unsafe rename(other + "/a.ts", path + "/a.ts")
      #expect(await script.next() == FolderEvent(path: path + "/a.ts", change: .appeared))
      #expect(await script.next() == FolderEvent(path: path + "/a.ts", change: .finished))
      _ = unsafe rename(path + "/a.ts", path + "/b.ts")
      let events = [await script.next(), await script.next(), await script.next()]
      #expect(
        events == [
          FolderEvent(path: path + "/a.ts", change: .gone),
          FolderEvent(path: path + "/b.ts", change: .appeared),
          FolderEvent(path: path + "/b.ts", change: .finished),
        ])
      _ = unsafe rename(path + "/b.ts", other + "/b.ts")
      #expect(await script.next() == FolderEvent(path: path + "/b.ts", change: .gone))
    }
  }

  @Test func `a recording that grows no more is finished, though it is held open`() throws {
    let folder = try Scratch()
    let path = folder.path
    try run(path, quietTime: .milliseconds(60)) { script in
      let writer = Writer(path + "/a.ts")
      writer.write(1)
      #expect(await script.next { $0.change == .finished } != nil)
      writer.write(1)
      #expect(await script.next()?.change == .grew(byteCount: 2))
    }
  }

  @Test func `where the kernel says nothing, folders are looked at`() throws {
    let folder = try Scratch()
    let path = folder.path
    try run(path, quietTime: .milliseconds(50), hearsKernel: false) { script in
      let writer = Writer(path + "/a.ts")
      #expect(await script.next()?.change == .appeared)
      writer.write(4)
      #expect(await script.next()?.change == .grew(byteCount: 4))
      #expect(await script.next()?.change == .finished)
      try FileManager.default.removeItem(atPath: path + "/a.ts")
      #expect(await script.next()?.change == .gone)
    }
  }
}
