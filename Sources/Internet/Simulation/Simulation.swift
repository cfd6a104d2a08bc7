// SPDX-License-Identifier: Apache-2.0
public import Axon

/// A world that one number describes: a scheduler with virtual time, a network, and chance.
///
/// ```swift
/// let simulation = Simulation(seed: 7, conditions: .rough)
/// let server = try SimpleServer(port: 1500, on: simulation.network) { _ in Echo() }
/// simulation.scheduler.activate(server)
/// simulation.scheduler.activate(TCPClient(host: "localhost", port: 1500))
/// simulation.scheduler.run()
/// ```
/// The same seed gives the same run, to the last byte, in every process: `scheduler.trace` tells.
/// Components must take time from the scheduler, chance from `random`, and no order from a set or
/// a dictionary.
public final class Simulation {
  /// Where the components run.
  public let scheduler: Scheduler
  /// What their sockets stand on.
  public let network: SimulatedNetwork
  /// Chance for the test's own use; how much of it is used changes nothing else.
  public var random: SeededRandom

  /// A world at its beginning.
  ///
  /// - Parameters:
  ///   - seed: any number.
  ///   - conditions: how the network treats what it carries; a network without faults unless given.
  ///   - trace: told of every step, as a line to read.
  ///   - onFault: told of every error that ended a component; writes a line to standard error unless
  ///     given.
  public init(
    seed: UInt64, conditions: Conditions = Conditions(),
    trace: (@Sendable (String) -> Void)? = nil,
    onFault: @escaping @Sendable (Failure) -> Void = { complain("\($0)") }
  ) {
    var random = SeededRandom(seed: seed)
    scheduler = Scheduler(time: .virtual, seed: random.next(), trace: trace, onFault: onFault)
    network = SimulatedNetwork(scheduler, random: random.fork(), conditions: conditions)
    self.random = random.fork()
  }

  /// Does something to the network when so much time has passed since the beginning.
  ///
  /// To be called before the scheduler runs.
  public func at(_ time: Duration, _ action: @escaping (SimulatedNetwork) -> Void) {
    scheduler.call(at: Instant(nanoseconds: 0) + time) { [network] in action(network) }
  }
}
