// SPDX-License-Identifier: Apache-2.0
package import Axon
internal import Glibc

/// A network inside one scheduler: its delays, cuts and faults come from a seed.
///
/// ```swift
/// let simulation = Simulation(seed: 7)
/// simulation.network.conditions = .rough
/// simulation.at(.seconds(60)) { $0.isolate(["10.0.0.1"]) }
/// ```
/// As a network it is that of the host 127.0.0.1, "localhost"; `host` gives those of others. To be
/// used before the scheduler runs, or on its thread.
public final class SimulatedNetwork: Network, @unchecked Sendable {
  // Unchecked: it belongs to one scheduler's thread, as its documentation says.

  /// How it treats what it carries from now on.
  public var conditions: Conditions
  /// Addresses of hosts by their names.
  public var names = ["localhost": ["127.0.0.1"]]
  private var disturbed: Set<String> = []
  private var random: SeededRandom
  // Weak: the scheduler's tracker has the network.
  private weak var scheduler: Scheduler?
  private var listeners: [String: Listening] = [:]
  /// Which hosts reach each other: those of one number; 0 unless said.
  private var islands: [String: Int] = [:]
  private var lastIsland = 0
  /// Connections that a partition holds up, in the order in which it did.
  private var held: [Living] = []
  private var living: [Living] = []
  private var connections = 0
  /// Ends of connections that somebody holds.
  package private(set) var openStreams = 0
  private var lastPort: UInt16 = 49_151

  private struct Listening {
    weak var listener: SimulatedListener?
  }

  private struct Living {
    weak var connection: SimulatedConnection?
  }

  init(_ scheduler: Scheduler, random: SeededRandom, conditions: Conditions) {
    self.scheduler = scheduler
    self.random = random
    self.conditions = conditions
    super.init()
    scheduler.tracker.setValue("network", to: self as Network)
  }

  // MARK: Hosts and partitions

  /// The network as another host has it, for what runs there; its address is a literal, "10.0.0.2".
  public func host(_ address: String) -> Network { SimulatedHost(address, on: self) }

  /// Cuts these hosts off from all others; among themselves they stay connected.
  public func isolate(_ hosts: [String]) {
    lastIsland += 1
    for host in hosts { islands[host] = lastIsland }
    note(10, lastIsland, hosts.count) { "cut off: \(hosts)" }
  }

  /// Ends every partition; what was held up goes on.
  public func heal() {
    islands = [:]
    note(11, 0, 0) { "healed" }
    let waiting = held
    held = []
    for one in waiting { one.connection?.heal() }
  }

  /// Resets every connection of a host.
  public func reset(_ host: String) {
    living.removeAll { $0.connection == nil }
    for connection in living.compactMap(\.connection)
    where connection.hosts.client == host || connection.hosts.server == host {
      connection.breakOff(ECONNRESET)
    }
  }

  /// Whether the network reset or refused a connection of this host, or let one die.
  public func wasDisturbed(_ host: String) -> Bool { disturbed.contains(host) }

  func isCut(_ one: String, from other: String) -> Bool {
    !islands.isEmpty && islands[one, default: 0] != islands[other, default: 0]
  }

  func hold(_ connection: SimulatedConnection) {
    // Weak: its alarm keeps it.
    if !held.contains(where: { $0.connection === connection }) {
      held.append(Living(connection: connection))
    }
  }

  func disturb(_ connection: SimulatedConnection) {
    disturbed.insert(connection.hosts.client)
    disturbed.insert(connection.hosts.server)
  }

  // MARK: Chance, time and trace

  /// Draws something from the conditions.
  func draw<Value>(_ body: (inout SeededRandom, Conditions) -> Value) -> Value {
    body(&random, conditions)
  }

  /// Time that something is under way.
  func delay() -> Duration { random.time(in: conditions.latency) }

  var now: Instant { scheduler?.now ?? Instant(nanoseconds: 0) }

  func call(at moment: Instant, _ body: @escaping () -> Void) {
    scheduler?.call(at: moment, body)
  }

  /// Takes a step down; the numbers say what the text does.
  func note(_ step: Int, _ subject: Int, _ count: Int, _ text: () -> String) {
    let numbers = UInt64(truncatingIfNeeded: subject) << 32 ^ UInt64(truncatingIfNeeded: count)
    scheduler?.note(UInt64(truncatingIfNeeded: step) << 56 ^ numbers, text())
  }

  /// A stream was opened or closed.
  func count(_ change: Int) { openStreams += change }

  // MARK: Being a network

  override package func listen(at address: SocketAddress) throws(InternetError) -> any Listener {
    try listen(at: address, on: "127.0.0.1")
  }

  override package func connect(to address: SocketAddress) throws(InternetError)
    -> any NetworkStream
  {
    try connect(to: address, from: "127.0.0.1")
  }

  override package func addresses(
    of host: String, port: UInt16, for component: Component
  ) async throws(InternetError) -> [SocketAddress] {
    let wait = delay()
    // A stop ends the wait, and then nobody wants the answer.
    try? await component.sleep(for: wait)
    let found = (names[host] ?? []).compactMap { SocketAddress(literal: $0, port: port) }
    guard !found.isEmpty else {
      throw InternetError("look up", host, reason: "Name or service not known")
    }
    return found
  }

  func listen(at wanted: SocketAddress, on host: String) throws(InternetError) -> any Listener {
    let name = wanted.isWildcard ? host : wanted.host
    var port = wanted.port
    while port == 0 || listeners["\(name):\(port)"]?.listener != nil {
      guard wanted.port == 0 else {
        throw InternetError("listen on", "\(wanted)", code: EADDRINUSE)
      }
      port = freePort()
    }
    guard let address = SocketAddress(literal: name, port: port) else {
      preconditionFailure("\(name) was a literal before")
    }
    let listener = SimulatedListener(at: address, on: self)
    listeners["\(name):\(port)"] = Listening(listener: listener)
    return listener
  }

  func forget(_ address: SocketAddress) { listeners["\(address.host):\(address.port)"] = nil }

  private func freePort() -> UInt16 {
    lastPort = lastPort == .max ? 49_152 : lastPort + 1
    return lastPort
  }

  // MARK: Connecting

  func connect(to server: SocketAddress, from host: String) throws(InternetError)
    -> any NetworkStream
  {
    guard let client = SocketAddress(literal: host, port: freePort()) else {
      throw InternetError("connect from", host, reason: "not an address")
    }
    connections += 1
    let connection = SimulatedConnection(connections, on: self, from: client, to: server)
    if living.count % 256 == 255 { living.removeAll { $0.connection == nil } }
    living.append(Living(connection: connection))
    knock(connection, attempt: 0)
    return SimulatedStream(connection, .client)
  }

  /// Asks to be let in; lost questions are asked again after one second, two, four.
  private func knock(_ connection: SimulatedConnection, attempt: Int) {
    let isLost = random.chance(conditions.losses)
    call(at: now + delay()) { [self] in
      guard !connection[.client].wasClosed else { return }
      if !isLost, answer(connection) { return }
      if attempt == 6 { return connection.fail(.client, ETIMEDOUT) }
      call(at: now + .seconds(1 << attempt)) { [self] in knock(connection, attempt: attempt + 1) }
    }
  }

  /// The question has come to the server; false when nobody hears it.
  private func answer(_ connection: SimulatedConnection) -> Bool {
    if connection.isCut { return false }
    let name = "\(connection.hosts.server):\(connection.server.port)"
    let listener = listeners[name]?.listener
    if let listener, listener.isFull { return false }
    guard let listener, !random.chance(conditions.refusals) else {
      call(at: now + delay()) { connection.fail(.client, ECONNREFUSED) }
      return true
    }
    connection.establish(.server)
    listener.take(SimulatedStream(connection, .server))
    confirm(connection)
    return true
  }

  /// Tells the client that it was let in, once that can be told.
  private func confirm(_ connection: SimulatedConnection) {
    call(at: now + delay()) { [self] in
      if connection.isCut { return call(at: now + .seconds(1)) { [self] in confirm(connection) } }
      if connection[.client].failure == 0 { connection.establish(.client) }
    }
  }
}
