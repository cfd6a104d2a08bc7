// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet
import Synchronization
import Testing

/// What lives in one run, and what its clients saw.
final class Tally: Sendable {
  final class Count: Sendable {
    private let value = Atomic(0)
    func add(_ change: Int) { value.add(change, ordering: .sequentiallyConsistent) }
    var now: Int { value.load(ordering: .sequentiallyConsistent) }
  }
  let protocols = Count()
  let askers = Count()
  let verdicts = Guarded<[Int: Asking.Verdict]>([:])
  let problems = Guarded<[String]>([])
  func complain(_ problem: String) { problems.withLock { $0.append(problem) } }
}

/// Lets the clients of a world come, one after the other, and stops its server when all is over.
private final class Referee: Component {
  private let world: World.Plan
  private let tally: Tally
  private let network: SimulatedNetwork
  private let server: Handle
  private let port: UInt16

  init(
    _ world: World.Plan, _ tally: Tally, _ network: SimulatedNetwork, server: Handle,
    port: UInt16
  ) {
    self.world = world
    self.tally = tally
    self.network = network
    self.server = server
    self.port = port
  }

  override func main() async throws {
    for (place, client) in world.clients.enumerated() {
      if client.pause > .zero { try await sleep(for: client.pause) }
      let socket = TCPClient(
        host: "127.0.0.1", port: port, patience: .seconds(300),
        on: network.host(World.host(of: place)))
      let asking = Asking(
        place, requests: client.requests, piece: client.piece, dawdles: client.dawdles,
        enough: client.enough, tally)
      try link(asking.outbox, to: socket.inbox)
      try link(socket.outbox, to: asking.inbox)
      activate(socket)
      activate(asking)
    }
    await childrenEnded()
    // Longer than anybody's patience: by then the server must have let go of all.
    try await sleep(for: .seconds(120))
    if tally.protocols.now != 0 { tally.complain("\(tally.protocols.now) protocols live on") }
    if network.openStreams != 0 { tally.complain("\(network.openStreams) sockets are open still") }
    server.stop()
  }
}

/// A server, its clients and a network with faults, all drawn from one seed.
struct World {
  struct Client {
    let pause: Duration
    let requests: Int
    let piece: Int
    let dawdles: Int
    let enough: Int
  }

  struct Plan {
    var clients: [Client] = []
  }

  let problems: [String]
  let trace: Trace
  let passed: Duration

  static func host(of client: Int) -> String { "10.0.0.\(client + 1)" }

  /// Runs it to its end; `make` makes the server's side for a client.
  init<P: Source & Sink>(
    seed: UInt64, clients: Int = 50, trace: (@Sendable (String) -> Void)? = nil,
    protocol make: @escaping @Sendable (Tally) -> sending P
  ) throws where P.Input == Bytes, P.Output == Bytes {
    let tally = Tally()
    let simulation = Simulation(seed: seed, trace: trace) { failure in
      // A refusal or a timeout; every other error is one of ours.
      let isExpected = (failure.error as? InternetError)?.operation == "connect to"
      if !isExpected { tally.complain("\(failure)") }
    }
    let network = simulation.network
    network.conditions = .drawn(from: &simulation.random)
    let plan = Self.plan(clients, simulation)
    let limit = [3, 20, 1_000][simulation.random.number(in: 0...2)]
    let server = try SimpleServer(port: 1500, limit: limit, on: network) { _ in make(tally) }
    let serverHandle = simulation.scheduler.activate(server)
    simulation.scheduler.activate(
      Referee(plan, tally, network, server: serverHandle, port: 1500))
    let left = simulation.scheduler.run()
    if !left.isEmpty { tally.complain("asleep for ever: \(left.map(\.name).sorted())") }
    if tally.askers.now != 0 { tally.complain("\(tally.askers.now) clients leaked") }
    for (place, _) in plan.clients.enumerated() {
      let verdict = tally.verdicts.withLock { $0[place] }
      if verdict == .whole { continue }
      if case .cut = verdict, network.wasDisturbed(Self.host(of: place)) { continue }
      tally.complain("client \(place): \(verdict.map { "\($0)" } ?? "never ended")")
    }
    problems = tally.problems.withLock { $0 }
    self.trace = simulation.scheduler.trace
    passed = simulation.scheduler.now - Instant(nanoseconds: 0)
  }

  private static func plan(_ count: Int, _ simulation: Simulation) -> Plan {
    var random = simulation.random.fork()
    let longest = [0, 10, 1_000][random.number(in: 0...2)]
    var plan = Plan()
    for _ in 0..<count {
      plan.clients.append(
        Client(
          pause: .milliseconds(random.number(in: 0...longest)),
          requests: random.number(in: 0...4), piece: random.number(in: 1...200),
          dawdles: random.chance(0.2) ? random.number(in: 1...10) : 0,
          enough: random.chance(0.1) ? random.number(in: 0...100) : .max))
    }
    // Shorter than the patience of a socket, which would be right to give up.
    if random.chance(0.3) {
      let start = Duration.milliseconds(random.number(in: 0...2_000))
      let hosts = (0..<count).filter { _ in random.chance(0.5) }.map(host(of:))
      simulation.at(start) { $0.isolate(hosts) }
      simulation.at(start + .milliseconds(random.number(in: 1...8_000))) { $0.heal() }
    }
    if random.chance(0.3) {
      let victim = host(of: random.number(in: 0...count - 1))
      simulation.at(.milliseconds(random.number(in: 0...3_000))) { $0.reset(victim) }
    }
    return plan
  }
}

/// The seed that `SEED=n` asks for, alone.
let wantedSeed = unsafe getenv("SEED").flatMap { unsafe UInt64(String(cString: $0)) }

/// Tells every step, where `TRACE=1` wants that.
let wantedTrace = tracing(unsafe getenv("TRACE") != nil)

private func tracing(_ isWanted: Bool) -> (@Sendable (String) -> Void)? {
  isWanted ? { @Sendable line in complain(line) } : nil
}

/// What happened, in order.
final class Log<Entry: Sendable>: Sendable {
  private let entries = Guarded<[Entry]>([])
  func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
  var all: [Entry] { entries.withLock { $0 } }
}
