// SPDX-License-Identifier: Apache-2.0
public import Axon

/// How a simulated network treats what it carries.
///
/// Sizes and times are drawn anew for each segment, probabilities are asked for each segment,
/// connection or message as said; 0 is never, 1 always.
public struct Conditions: Sendable {
  /// Time under way, one direction.
  public var latency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(1)
  /// What a direction of a connection carries; no limit unless given.
  public var bytesPerSecond: Int?
  /// Bytes that arrive together: streams are cut at any byte.
  public var segment = 1_460...1_460
  /// Bytes that are under way or wait for the receiver to read, each; small ones make closed windows.
  public var buffer = 65_536...65_536
  /// Connections that wait to be let in; the beginnings of more are lost.
  public var backlog = 128
  /// How often a write is taken in part, with no room for the rest for a while.
  public var partialWrites = 0.0
  /// How often a segment is the last: the connection is reset on both ends when it should arrive.
  public var resets = 0.0
  /// How often a segment is held up, and all behind it, as by losses or a short partition.
  public var outages = 0.0
  /// How long it is held up then.
  public var outage: ClosedRange<Duration> = .seconds(1) ... .seconds(5)
  /// How often a connection is refused although somebody listens.
  public var refusals = 0.0
  /// How often the beginning of a connection is lost; it is tried again after one, two, four seconds.
  public var losses = 0.0
  /// How often a server is out of descriptors when it lets somebody in.
  public var shortages = 0.0
  /// How long a partition may last before a sender takes its connection for dead.
  public var endurance: Duration = .seconds(900)

  /// A network without faults: a millisecond each way, nothing cut off.
  public init() {}

  /// A network that never loses a connection but otherwise shows much that can be seen on a bad day.
  public static var rough: Conditions {
    var conditions = Conditions()
    conditions.latency = .zero ... .milliseconds(200)
    conditions.segment = 1...700
    conditions.buffer = 50...2_000
    conditions.partialWrites = 0.2
    conditions.outages = 0.02
    conditions.losses = 0.1
    conditions.backlog = 4
    return conditions
  }

  /// Conditions of a kind that the generator chooses: each fault is there or not, often or seldom.
  public static func drawn(from random: inout SeededRandom) -> Conditions {
    var conditions = Conditions()
    let slowest = [1, 20, 500][random.number(in: 0...2)]
    conditions.latency = .microseconds(100) ... .milliseconds(slowest)
    if random.chance(0.3) { conditions.bytesPerSecond = random.number(in: 2_000...200_000) }
    conditions.segment = 1...[8, 60, 1_460][random.number(in: 0...2)]
    let least = random.number(in: 1...300)
    conditions.buffer = least...(least + [0, 500, 65_536][random.number(in: 0...2)])
    if random.chance(0.3) { conditions.backlog = random.number(in: 1...20) }
    for fault in [\Conditions.partialWrites, \.outages, \.refusals, \.losses, \.resets]
    where random.chance(0.4) {
      let most = [\Conditions.outages, \.resets].contains(fault) ? 0.02 : 0.4
      conditions[keyPath: fault] = most * Double(random.number(in: 1...100)) / 100
    }
    return conditions
  }
}
