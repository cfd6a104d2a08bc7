// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

private func trace(of seed: UInt64) throws -> Trace {
  try World(seed: seed, clients: 20) { Answering($0) }.trace
}

@Suite struct `One seed, one run` {
  @Test(arguments: [1, 2, 3])
  func `the same seed gives the same run, another seed another`(seed: UInt64) throws {
    let first = try trace(of: seed)
    #expect(first.count > 200)
    #expect(try trace(of: seed) == first)
    #expect(try trace(of: seed + 1000) != first)
  }

  @Test func `another process runs the same seed the same way`() async throws {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      for seed in [7, 8, 9] as [UInt64] { print("trace of \(seed): \(try trace(of: seed))") }
    }
    let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
    for seed in [7, 8, 9] as [UInt64] {
      let line = "trace of \(seed): \(try trace(of: seed))"
      #expect(text.contains(line), "the other process said: \(text)")
    }
  }

  @Test func `a protocol that takes a segment for a message is found, and found again by the seed`()
    throws
  {
    func world(_ seed: UInt64) throws -> World {
      try World(seed: seed, clients: 5) { _ in Careless() }
    }
    let seed = try #require(try (0..<20).first { try !world($0).problems.isEmpty })
    let (once, again) = (try world(seed), try world(seed))
    #expect(once.problems.contains { $0.contains("wrong(at:") })
    #expect(once.problems == again.problems)
    #expect(once.trace == again.trace)
  }

  @Test func `a week of hourly questions passes while a test waits`() throws {
    let simulation = Simulation(seed: 24)
    let server = try SimpleServer(port: 80, on: simulation.network) { _ in Lines() }
    let client = TCPClient(host: "localhost", port: 80)
    let clock = Hourly()
    try link(clock.outbox, to: client.inbox)
    try link(client.outbox, to: clock.inbox)
    let answers = Inbox<Int>()
    try link(clock.answers, to: answers)
    let handle = simulation.scheduler.activate(server)
    simulation.scheduler.activate(client)
    simulation.scheduler.activate(clock)
    simulation.at(.seconds(7 * 86_400 + 60)) { _ in handle.stop() }
    #expect(simulation.scheduler.run().isEmpty)
    #expect(answers.take() == 7 * 24)
  }
}

/// Asks a question each hour for a week, and says how many were answered.
private final class Hourly: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  let answers = Outbox<Int>()
  override func main() async throws {
    var count = 0
    for _ in 0..<7 * 24 {
      try await sleep(for: .seconds(3_600))
      await outbox.send(Bytes("?\n".utf8))
      if await inbox.next() == Bytes("1:?\n".utf8) { count += 1 }
    }
    await answers.send(count)
  }
}
