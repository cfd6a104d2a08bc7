// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Several schedulers, one a core, as one system: with one tracker, one clock, one end.
///
/// ```swift
/// let schedulers = Schedulers()
/// try link(source.outbox, to: relay.inbox)
/// schedulers.activate(source, on: .number(0))
/// schedulers.activate(relay, on: .number(1))
/// schedulers.run()
/// ```
/// A component stays where it was placed. Boxes are linked as on one scheduler, with the same bounds;
/// a message between two schedulers costs about ten times one at home. What a component activates
/// lives beside it unless placed elsewhere: `activate(child, on: .any)`.
public final class Schedulers: Sendable {
  private let members: [Scheduler]
  private let household = Household()
  private let isPinned: Bool
  private let turn = Atomic(0)
  /// The threads between `start` and `stop`.
  private let started = Guarded<[Thread]>([])

  /// Services and values of the components on all of them.
  public let tracker = Tracker()

  /// Schedulers at rest: `run` or `start` sets them going.
  ///
  /// - Parameters:
  ///   - count: how many; as many as there are cores for this process unless given.
  ///   - isPinned: whether each keeps to a core of its own.
  ///   - time: the machine's clock, or a virtual one for all.
  ///   - onFault: told of every error that ended a component, on whatever thread; writes a line to
  ///     standard error unless given.
  public init(
    count: Int = Cores.available, isPinned: Bool = false, time: TimeSource = .monotonic,
    onFault: @escaping @Sendable (Failure) -> Void = { complain("\($0)") }
  ) {
    precondition(count > 0, "a group has at least 1 scheduler, not \(count)")
    self.isPinned = isPinned
    members = (0..<count).map { [tracker, household] _ in
      Scheduler(time: time, tracker: tracker, household: household, onFault: onFault)
    }
    for (number, member) in members.enumerated() { member.join(self, as: number) }
  }

  /// How many there are.
  public var count: Int { members.count }

  /// The time by the clock of all.
  public var now: Instant { members[0].now }

  /// Hands a component over to one of the schedulers; from any thread.
  @discardableResult
  public func activate(_ component: sending Component, on placement: Placement = .any) -> Handle {
    let here = members.first(where: \.isHere)
    let scheduler =
      if case .here = placement { here ?? leastLoaded } else { members[0].neighbour(placement) }
    return unsafe scheduler.adopt(component, parent: nil)
  }

  /// The books of the linkages on one of them: on its thread, or while none runs.
  public func postman(_ number: Int) -> Postman { scheduler(number).postman }

  /// Runs each on a thread of its own until no component on any of them can ever be woken again.
  ///
  /// - Returns: the components that are left asleep: none, when all have ended.
  @discardableResult
  public func run() -> [Handle] {
    let left = Guarded<[Handle]>([])
    for thread in launch({ residents in left.withLock { $0 += residents } }) { thread.join() }
    return left.withLock { $0 }
  }

  /// Runs each on a thread of its own until `stop`, also while there is nothing to do.
  public func start() {
    for member in members { member.holdOpen() }
    let threads = launch { _ in }
    started.withLock { $0 = threads }
  }

  /// Ends every component, waits for the threads, and makes `run` return; from any thread.
  ///
  /// Components that go on all the same are left after `patience`.
  public func stop(patience: Duration = .seconds(5)) {
    for member in members { member.askToStop(patience) }
    if members.contains(where: \.isHere) { return }
    let threads = started.withLock { threads in
      defer { threads = [] }
      return threads
    }
    if threads.isEmpty { return }
    for member in members { member.countSendersAbroad(by: -1, areStrangers: true) }
    for thread in threads { thread.join() }
    for member in members { member.refuseErrands() }
  }

  private func launch(_ atEnd: @escaping @Sendable ([Handle]) -> Void) -> [Thread] {
    // All at once, or the first would find itself alone and end.
    household.open(with: members.count)
    return members.enumerated().map { number, member in
      Thread { [isPinned] in
        if isPinned { Cores.pin(to: number) }
        atEnd(member.runInHousehold())
      }
    }
  }

  // MARK: Placement

  func scheduler(_ number: Int) -> Scheduler {
    precondition(
      members.indices.contains(number), "there are \(count) schedulers, and no number \(number)")
    return members[number]
  }

  /// Where the fewest components live, from a place on that moves.
  var leastLoaded: Scheduler {
    let start = turn.add(1, ordering: .relaxed).oldValue
    let inTurn = (0..<count).map { members[(start &+ $0) % count] }
    return inTurn.min { $0.load < $1.load } ?? members[0]
  }
}
