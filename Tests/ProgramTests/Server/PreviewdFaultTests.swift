// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Testing

/// Decoders that die and clients that misbehave: nobody else notices.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdFaultTests {
  let folder: String

  init() throws { folder = try #require(Clips.folder).path }

  @Test func `decoders killed while they have nothing to do are replaced, and nothing is lost`()
    throws
  {
    let server = try PreviewdServer([folder], options: ["--workers", "2"])
    let connection = try server.connect()
    try connection.ask(.pictures("film.mpg", every: .milliseconds(400), pace: .rate(10)))
    var got = Answer()
    while got.pictures.count < 3 { got.frames.append(try #require(try connection.next())) }
    // What was granted is made by now; the rest is made by others.
    let killed = server.workers
    for worker in killed { kill(worker, SIGKILL) }
    for _ in killed { _ = try server.running.nextLine(of: .errors) { $0.contains("decoder died") } }
    got.frames += try connection.answer().frames
    if let failure = got.failure {
      // It was at work after all.
      #expect(failure.code == .unreadable && failure.reason.contains("signal 9"))
    } else {
      let end = try #require(got.end)
      #expect(got.pictures.count + end.slotsMissed == 50)
      #expect(zip(got.pictures, got.pictures.dropFirst()).allSatisfy { $0.time < $1.time })
    }
    #expect(eventually { server.workers.count == 2 && server.zombies.isEmpty })
    #expect(Set(server.workers).isDisjoint(with: killed))
  }

  @Test func `a decoder killed in mid-stream ends one answer, others go on`() throws {
    let server = try PreviewdServer([folder], options: ["--workers", "2"])
    let requests = [160, 192].map {
      PreviewRequest.pictures("film.mpg", every: .milliseconds(40), width: $0, pace: .rate(20))
    }
    let connections = try requests.map { request in
      let connection = try server.connect()
      try connection.ask(request)
      #expect(try connection.next()?.kind == .description)
      return connection
    }
    let killed = try #require(server.workers.first)
    kill(killed, SIGKILL)
    _ = try server.running.nextLine(of: .errors) { $0.contains("decoder died") }
    let answers = try connections.map { try $0.answer() }
    #expect(answers.filter { $0.failure == nil }.count >= 1)
    for answer in answers {
      if let end = answer.end {
        #expect(answer.pictures.count + end.slotsMissed == 500)
      } else {
        #expect(answer.failure?.reason.contains("signal 9") == true)
      }
    }
    #expect(eventually { server.workers.count == 2 && server.zombies.isEmpty })
    let again = PreviewRequest.pictures("film.mpg", every: .milliseconds(40), width: 160)
    #expect(try server.answer(to: again).pictures.count == 500)
  }

  @Test func `clients that stall, reset or talk nonsense disturb nobody`() throws {
    let server = try PreviewdServer([folder])
    let stalled = try (0..<3).map { number in
      let connection = try server.connect(room: 4096)
      try connection.ask(
        .pictures("film.mpg", every: .milliseconds(40), width: 480 + 16 * number))
      return connection
    }
    for number in 0..<4 {
      let connection = try server.connect()
      try connection.ask(.pictures("film.mpg", every: .milliseconds(40), width: 160 + 16 * number))
      if number % 2 == 0 { _ = try connection.next() }
      connection.reset()
    }
    let noisy = try server.connect()
    for _ in 0..<3 { noisy.send([UInt8](repeating: 0x50, count: 30_000)) }
    #expect(
      try noisy.next().flatMap { try? PreviewFailure(payload: $0.payload) }?.code == .badRequest)
    #expect(try noisy.next() == nil)

    let answer = try server.answer(
      to: .pictures("film.mpg", every: .milliseconds(200), pace: .rate(20)))
    #expect(answer.pictures.count + (answer.end?.slotsMissed ?? 0) == 100)
    #expect(answer.pictures.count > 0)
    #expect(server.memory < 200 << 20, "it holds \(server.memory >> 20) MiB")
    for connection in stalled { connection.hangUp() }
    #expect(try server.running.terminate().exitCode == 0)
  }

  @Test func `one client too many is told so, and is let in when there is room`() throws {
    let server = try PreviewdServer([folder], options: ["--clients", "2"])
    let held = try (0..<2).map { _ in
      let connection = try server.connect()
      try connection.ask(PreviewRequest(.list))
      #expect(try connection.answer().end != nil)
      return connection
    }
    let refused = try server.connect()
    #expect(try refused.answer().failure?.code == .overloaded)
    #expect(try refused.next() == nil)
    held[0].hangUp()
    _ = try server.running.nextLine(of: .errors) { $0.contains("client left") }
    #expect(
      eventually { (try? server.answer(to: PreviewRequest(.list)).end?.status) == .complete })
  }

  @Test func `a stop doesn't wait long for a client that takes nothing`() throws {
    let server = try PreviewdServer([folder])
    let stalled = try server.connect(room: 4096)
    try stalled.ask(.pictures("film.mpg", every: .milliseconds(40), width: 1280))
    _ = try server.running.nextLine(of: .errors) { $0.contains("request") }
    #expect(try server.running.terminate().exitCode == 0)
  }
}
