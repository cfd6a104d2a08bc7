// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Media
import Testing

/// The server as clients see it.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdServeTests {
  let folder: String

  init() throws { folder = try #require(Clips.folder).path }

  @Test func `it lists, shows and plays what it has`() throws {
    let server = try PreviewdServer([folder])
    let connection = try server.connect()
    try connection.ask(PreviewRequest(.list))
    let listing = try #require(try connection.answer().frames.first)
    #expect(
      try Listing(payload: listing.payload).entries.map(\.title) == [
        "film.mpg", "sound.ogg", "text.mpg",
      ])

    try connection.ask(.pictures("film.mpg"))
    let film = try connection.answer()
    let description = try #require(film.description)
    #expect(description.pictures?.slots == 20 && description.pictures?.height == 262)
    #expect(description.videoCodec == "mpeg1video" && description.sound?.codec == "mp2")
    #expect(film.end == PreviewEnd(.complete, framesSent: 20))
    for (slot, picture) in film.pictures.enumerated() {
      #expect(abs(picture.time - Int64(slot) * 1_000_000) <= 500_000)
      let decoded = try JPEGDecoder().decode(picture.payload)
      #expect(decoded.width == 320 && decoded.height == 262)
    }

    var request = PreviewRequest(.sound, title: "sound.ogg")
    request.pace = .asap
    try connection.ask(request)
    let sound = try connection.answer()
    let pages = sound.frames.filter { $0.kind == .audio }
    #expect(pages.flatMap(\.payload) == (try folderBytes("sound.ogg")))
    #expect(sound.end?.status == .complete && sound.description?.duration == .seconds(3))
  }

  private func folderBytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
  }

  @Test func `what it sends is what extract writes, byte for byte`() throws {
    let server = try PreviewdServer([folder])
    let answer = try server.answer(
      to: .pictures("film.mpg", every: .milliseconds(1500), mode: .exact))
    let output = try Scratch()
    let extracted = try Program.previewd.run([
      "extract", folder + "/film.mpg", "-n", "1.5", "--mode", "exact", "-o", output.path,
    ])
    #expect(extracted.exitCode == 0)
    #expect(try output.names.map { try output.read($0) } == answer.pictures.map(\.payload))
  }

  @Test func `viewers of the same pictures share a decoder`() throws {
    let server = try PreviewdServer([folder], options: ["--workers", "1"])
    let request = PreviewRequest.pictures("film.mpg", every: .milliseconds(40))
    let first = try server.connect()
    try first.ask(request)
    _ = try first.next()
    let second = try server.connect()
    try second.ask(request)
    let answers = try [first.answer(), second.answer()]
    #expect(answers[0].pictures.count == 500)
    #expect(answers[0].pictures.map(\.payload) == answers[1].pictures.map(\.payload))
    let read = bytesRead(by: server.workers)
    let third = try server.answer(to: request)
    #expect(third.pictures.count == 500 && bytesRead(by: server.workers) == read)
  }

  /// What the decoders have read so far, of recordings and of their sockets.
  private func bytesRead(by workers: [pid_t]) -> [String] {
    workers.map { worker in
      let facts = (try? String(contentsOfFile: "/proc/\(worker)/io", encoding: .utf8)) ?? ""
      return String(facts.split(separator: "\n").first { $0.hasPrefix("rchar") } ?? "?")
    }
  }

  @Test func `the pace that was asked for is kept, at least`() throws {
    let server = try PreviewdServer([folder])
    let start = ContinuousClock.now
    var request = PreviewRequest.pictures("film.mpg", every: .milliseconds(100), pace: .rate(4))
    request.count = 21
    let answer = try server.answer(to: request)
    #expect(answer.pictures.count + (answer.end?.slotsMissed ?? 0) == 21)
    #expect(.now - start >= .milliseconds(500))
  }

  @Test func `what can't be shown gets its error, and the connection goes on`() throws {
    let server = try PreviewdServer([folder])
    let connection = try server.connect()
    for (title, code) in [
      ("none.mpg", PreviewFailure.Code.notFound), ("text.mpg", .unreadable),
    ] {
      try connection.ask(.pictures(title))
      #expect(try connection.answer().failure?.code == code)
    }
    try connection.ask(PreviewRequest(.sound, title: "film.mpg"))
    #expect(try connection.answer().failure?.code == .unreadable)
    try connection.ask(.pictures("film.mpg", every: .seconds(5)))
    #expect(try connection.answer().end?.framesSent == 4)
  }

  @Test func `a client that half-closes gets its answers, then the end of the stream`() throws {
    let server = try PreviewdServer([folder])
    let connection = try server.connect()
    try connection.ask(.pictures("film.mpg"))
    try connection.ask(PreviewRequest(.list))
    connection.endSending()
    #expect(try connection.answer().pictures.count == 20)
    #expect(try connection.answer().end?.status == .complete)
    #expect(try connection.next() == nil)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `asked to stop, it ends its answers and is gone`(signal: Int32) throws {
    let server = try PreviewdServer([folder])
    let connections = try (0..<3).map { _ in try server.connect() }
    for connection in connections {
      try connection.ask(.pictures("film.mpg", pace: .realtime))
      #expect(try connection.next()?.kind == .description)
      #expect(try connection.next()?.kind == .picture)
    }
    let workers = server.workers
    #expect(!workers.isEmpty)
    server.running.signal(signal)
    for connection in connections {
      let end = try connection.answer().end
      #expect(end?.status == .stopped && (end?.framesSent ?? 0) >= 1)
      #expect(try connection.next() == nil)
      connection.hangUp()
    }
    let finished = try server.running.wait()
    #expect(finished.exitCode == 0 && finished.errors.contains("previewd: stopped"))
    #expect(eventually { workers.allSatisfy { kill($0, 0) != 0 } })
  }

  @Test func `what can't be served is refused, with the exit code that says why`() throws {
    let server = try PreviewdServer([folder])
    let busy = try Program.previewd.run(["serve", "--port", "\(server.port)", folder])
    #expect(busy.exitCode == 69 && busy.errors.contains("the port is in use"))
    let missing = try Program.previewd.run(["serve", "--port", "0", folder + "/none"])
    #expect(missing.exitCode == 66 && missing.errors.contains(folder + "/none"))
    for port in ["65536", "-1", "x"] {
      let misused = try Program.previewd.run(["serve", "--port", port, folder])
      #expect(misused.exitCode == 64 && misused.errors.contains("65535"))
    }
    let nowhere = try Program.previewd.run(["serve", "--port", "0", "--host", "nowhere", folder])
    #expect(nowhere.exitCode == 69 && nowhere.errors.contains("not an address"))
  }
}
