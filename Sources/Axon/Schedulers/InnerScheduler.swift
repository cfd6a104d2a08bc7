// SPDX-License-Identifier: Apache-2.0

/// A component with a scheduler inside, which runs a system of its own within the component's turns.
///
/// ```swift
/// let crowd = InnerScheduler()
/// for number in 0..<1000 { crowd.add(Simulated(number)) }
/// scheduler.activate(crowd)
/// ```
/// However many awake components are inside, they get together what one component gets: at most
/// `turnsAtOnce` turns, then the others outside have theirs. With none awake inside it sleeps, woken
/// by their timers, descriptors and messages. Boxes inside and outside are linked as any others.
///
/// What a component inside activates lives inside. Clock, tracker and fault hook are those of the
/// scheduler outside. It ends when all inside have ended, or sleep and can never be woken again;
/// a stop ends all inside first. A subclass may have boxes of its own, linked to those inside.
open class InnerScheduler: CallbackComponent {
  private let turnsAtOnce: Int
  private var seeds: [Seed] = []
  private var inner: Scheduler?

  /// A scheduler that is still empty: see `add`.
  ///
  /// - Parameter turnsAtOnce: turns that those inside get in one turn of this component.
  public init(turnsAtOnce: Int = 32) {
    precondition(turnsAtOnce > 0, "an inner scheduler gives at least 1 turn, not \(turnsAtOnce)")
    self.turnsAtOnce = turnsAtOnce
  }

  /// Takes in a component, before activation.
  public final func add(_ component: sending Component) { seeds.append(Seed(component)) }

  /// It waits for those inside.
  override public final var endsWithItsInputs: Bool { false }

  override final var endsAtOnce: Bool { false }

  override public final func initialiseComponent() throws {
    let made = Scheduler(inside: Lodging(of: handle, on: scheduler))
    scheduler.lodgers.append(made)
    inner = made
    for seed in seeds { _ = unsafe made.adopt(seed.take(), parent: nil) }
    seeds = []
  }

  override public final func mainBody() -> Turn {
    guard let inner else { return .finished }
    if isStopping, !inner.isStopping { inner.inside { inner.beginStop(.seconds(5)) } }
    return inner.giveHostedTurns(atMost: turnsAtOnce)
  }

  override public final func closeDownComponent() {
    guard let inner else { return }
    self.inner = nil
    scheduler.lodgers.removeAll { $0 === inner }
    inner.leaveLodging()
  }
}

extension Scheduler {
  /// A scheduler that runs inside a component.
  convenience init(inside lodging: Lodging) {
    let outer = lodging.outer
    self.init(
      time: outer.time, tracker: outer.tracker, household: outer.household, lodging: lodging,
      onFault: outer.onFault)
    if let group = outer.group { join(group, as: outer.number) }
  }

  /// Does `body` as on this scheduler's own thread, which is that of the outer one.
  func inside<Result>(_ body: () -> Result) -> Result {
    let outer = unsafe currentThread().pointee
    unsafe currentThread().pointee.home = Unmanaged.passUnretained(self).toOpaque()
    unsafe currentThread().pointee.core = nil
    defer { unsafe currentThread().pointee = outer }
    return body()
  }

  /// Does `body` inside, on behalf of something that happened outside, and gets a turn for it.
  func visit(_ body: () -> Void) {
    guard let lodging else { return body() }
    lodging.outer.visit {
      inside(body)
      lodging.host.wake()
    }
  }

  /// A turn of the component that hosts this scheduler.
  func giveHostedTurns(atMost most: Int) -> CallbackComponent.Turn {
    gotUp()
    return inside {
      runErrands()
      if !timers.isEmpty { ringDueAlarms() }
      giveTurns(atMost: most)
      unsafe currentThread().pointee.core = nil
      return unsafe queue.pointee.first != nil ? .again : turnWithNobodyAwake()
    }
  }

  private func turnWithNobodyAwake() -> CallbackComponent.Turn {
    timers.dropSpent()
    let isEmpty = unsafe members.isEmpty && threads.isEmpty
    let mustGiveUp = stopDeadline.map { now >= $0 } ?? false
    if isEmpty || mustGiveUp { return hasErrands ? .again : .finished }
    if !isStopping, !canBeWokenInside {
      // Who leaves an errand is counted until it is there.
      if !hasErrands { beginStop(.seconds(5)) }
      return .again
    }
    lodging?.setAlarm(at: [timers.soonest, stopDeadline].compactMap { $0 }.min())
    return mayFallAsleep() ? .pause : .again
  }

  /// Whether anybody at all may wake one of those inside.
  private var canBeWokenInside: Bool {
    if !timers.isEmpty || !threads.isEmpty || lodging?.isWatching == true { return true }
    if hasSendersAbroad || !lodgers.isEmpty { return true }
    return unsafe members.contains { core in
      unsafe (core.pointee.more?.waitsAbroad ?? 0) > 0 || core.waitsForStrangers
    }
      || hasRelativesElsewhere
  }

  /// Whether the parent or a child of one of those inside lives elsewhere: its end is news.
  private var hasRelativesElsewhere: Bool {
    unsafe members.contains { core in
      if let parent = unsafe core.pointee.parent, parent.home !== self { return true }
      let children = unsafe core.pointee.more?.children.handles ?? []
      return children.contains { $0.home !== self }
    }
  }

  /// The component that hosts it ends.
  func leaveLodging() {
    lodging?.end()
    tracker.removeValue(localName("selector"))
    refuseErrands()
  }

  /// The name of a value that each scheduler has for itself.
  package func localName(_ name: String) -> String {
    if let lodging { return "\(name) of \(lodging.host.name)" }
    return number == 0 ? name : "\(name) \(number)"
  }
}
