// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Testing

/// What a client of the simulation's server received that sent `count` bytes and finished.
private func exchange<P: Source & Sink>(
  on simulation: Simulation, sending count: Int, turnsBetween: Int = 0,
  protocol make: @escaping @Sendable () -> sending P
) throws -> Bytes? where P.Input == Bytes, P.Output == Bytes {
  let server = try SimpleServer(port: 0, on: simulation.network) { _ in make() }
  let client = TCPClient(host: "127.0.0.1", port: server.address.port)
  let giver = Giver(count)
  let taker = Taker(turnsBetween: turnsBetween)
  let result = Last.Result()
  let scheduler = simulation.scheduler
  let last = Last(result, stopping: [scheduler.activate(server)])
  try link(giver.outbox, to: client.inbox)
  try link(client.outbox, to: taker.inbox)
  try link(taker.outbox, to: last.inbox)
  scheduler.activate(last)
  scheduler.activate(giver)
  scheduler.activate(taker)
  scheduler.activate(client)
  #expect(scheduler.run().isEmpty)
  return result.value
}

private let tenMegabytes = 10_000_000

private func wide(_ conditions: Conditions = Conditions()) -> Conditions {
  var conditions = conditions
  conditions.segment = 1...60_000
  conditions.buffer = 20_000...100_000
  return conditions
}

@Suite struct `Acceptance cases on a simulated network` {
  @Test(arguments: [0, 50])
  func `45: the server's 10 MB arrive whole, slow reader or fast`(turnsBetween: Int) throws {
    let simulation = Simulation(seed: 45, conditions: wide())
    let got = try exchange(on: simulation, sending: 0, turnsBetween: turnsBetween) {
      Giver(tenMegabytes)
    }
    #expect(isPattern(got, tenMegabytes))
  }

  @Test(arguments: 1...3)
  func `45: 10 MB in both directions at once arrive whole on a bad day`(seed: UInt64) throws {
    let simulation = Simulation(seed: seed, conditions: wide(.rough))
    let got = try exchange(on: simulation, sending: tenMegabytes) { Echo() }
    #expect(isPattern(got, tenMegabytes))
  }

  @Test func `the example of the documentation runs`() throws {
    for seed in 0..<50 as Range<UInt64> {
      let simulation = Simulation(seed: seed, conditions: .rough) { _ in }
      let server = try SimpleServer(port: 1500, on: simulation.network) { _ in Echo() }
      let running = simulation.scheduler.activate(server)
      simulation.scheduler.activate(TCPClient(host: "localhost", port: 1500))
      simulation.at(.seconds(50)) { $0.reset("127.0.0.1") }
      simulation.at(.seconds(60)) { _ in running.stop() }
      let left = simulation.scheduler.run()
      #expect(left.isEmpty, "seed \(seed): \(left) wait for ever")
      #expect(simulation.network.openStreams == 0)
    }
  }

  @Test func `46: a connection that is reset in a transfer ends only its own protocol`() throws {
    let faults = Faults()
    let simulation = Simulation(seed: 46, onFault: faults.add)
    let server = try SimpleServer(port: 80, on: simulation.network) { _ in Giver(1_000_000) }
    let scheduler = simulation.scheduler
    var results: [Last.Result] = []
    let handle = scheduler.activate(server)
    for (host, stopping) in [("10.0.0.1", []), ("10.0.0.2", [handle])] {
      let client = TCPClient(host: "127.0.0.1", port: 80, on: simulation.network.host(host))
      let taker = Taker()
      let result = Last.Result()
      let last = Last(result, stopping: stopping)
      try link(client.outbox, to: taker.inbox)
      try link(taker.outbox, to: last.inbox)
      scheduler.activate(client)
      scheduler.activate(taker)
      scheduler.activate(last)
      results.append(result)
    }
    simulation.at(.milliseconds(10)) { $0.reset("10.0.0.1") }
    #expect(scheduler.run().isEmpty)
    let victim = try #require(results[0].value)
    #expect(victim.count < 1_000_000 && isPattern(victim, victim.count))
    #expect(isPattern(results[1].value, 1_000_000))
    #expect(faults.all.isEmpty, "a reset is no fault of ours")
    #expect(simulation.network.openStreams == 0)
  }

  @Test(arguments: 1...20)
  func `48: requests are read right wherever they are cut or joined`(seed: UInt64) throws {
    var conditions = Conditions()
    conditions.segment = 1...9
    conditions.latency = .zero ... .milliseconds(3)
    let (got, _) = try talk(
      Simulation(seed: seed, conditions: conditions),
      saying: ["a request\no", "ne\ntwo\nthr", "ee\n"])
    #expect(got == "9:a request\n3:one\n3:two\n5:three\n")
  }
}

/// What a server of `Lines` answers to a client that says these pieces, and what failed.
func talk(
  _ simulation: Simulation, saying pieces: [String], to host: String = "127.0.0.1",
  from own: String = "127.0.0.1", at name: String = "127.0.0.1", port: UInt16 = 80
) throws -> (got: String?, end: Duration) {
  let server = try SimpleServer(
    host: "0.0.0.0", port: 80, on: simulation.network.host(host)
  ) { _ in Lines() }
  let client = TCPClient(host: name, port: port, on: simulation.network.host(own))
  let feed = Outbox<Bytes>()
  try link(feed, to: client.inbox)
  for piece in pieces { feed.post(Bytes(piece.utf8)) }
  feed.finish()
  let taker = Taker()
  let result = Last.Result()
  try link(client.outbox, to: taker.inbox)
  let last = Last(result, stopping: [simulation.scheduler.activate(server)])
  try link(taker.outbox, to: last.inbox)
  simulation.scheduler.activate(last)
  simulation.scheduler.activate(taker)
  simulation.scheduler.activate(client)
  #expect(simulation.scheduler.run().isEmpty)
  return (
    result.value.map { String(decoding: $0, as: UTF8.self) },
    simulation.scheduler.now - Instant(nanoseconds: 0)
  )
}
