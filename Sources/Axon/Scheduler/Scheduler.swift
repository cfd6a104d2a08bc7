// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Runs components on one thread, each awake one in its turn, and sleeps in the kernel when there is
/// none.
///
/// ```swift
/// let scheduler = Scheduler()
/// scheduler.activate(Echo())
/// scheduler.run()
/// ```
/// First in, first out: no component is resumed twice before every other awake one was resumed once;
/// what is activated or woken runs in the next pass. With nothing awake it sleeps until a message, a
/// timer or a descriptor: no polling.
@safe
public final class Scheduler: Home, @unchecked Sendable {
  // Unchecked: everything here but `onFault` and `tracker` belongs to the running thread; others
  // leave errands.
  let queue: UnsafeMutablePointer<RunQueue>
  let time: TimeSource
  var timers = TimerHeap()
  /// Draws the order of turns and alarms from a seed, when there is one.
  var order: SeededOrder?
  var wait: KernelWait?
  private var batch = TurnBatch()
  var members: [CorePointer] = unsafe []
  /// Threaded components that are running.
  var threads: [ThreadHome] = []
  /// Schedulers that run inside components here.
  var lodgers: [Scheduler] = []
  /// The group that it is one of; written before it runs.
  private(set) weak var group: Schedulers?
  private(set) var number = 0
  /// The component of another scheduler inside which it runs.
  let lodging: Lodging?
  var stopDeadline: Instant?
  private var isRunning = false
  private let started = Guarded<Thread?>(nil)
  /// Whether it goes on while it has nothing to do, until it is stopped.
  ///
  /// Written before it runs.
  private(set) var isStarted = false
  let waker = Guarded<KernelWait?>(nil)
  /// Components that live or are on their way here: what placement goes by.
  private let population = Atomic(0)

  /// Services and values of the components here.
  public let tracker: Tracker
  /// Told of every error that ended a component; from any thread.
  let onFault: @Sendable (Failure) -> Void
  /// The last errors that ended components.
  let faults = FaultBook()

  /// A scheduler at rest: `run` or `start` sets it going.
  ///
  /// - Parameters:
  ///   - time: the machine's clock, or a virtual one.
  ///   - onFault: told of every error that ended a component; writes a line to standard error unless
  ///     given.
  public convenience init(
    time: TimeSource = .monotonic,
    onFault: @escaping @Sendable (Failure) -> Void = { complain("\($0)") }
  ) {
    self.init(time: time, tracker: Tracker(), household: Household(), onFault: onFault)
  }

  init(
    time: TimeSource, tracker: Tracker, household: Household, lodging: Lodging? = nil,
    onFault: @escaping @Sendable (Failure) -> Void
  ) {
    unsafe queue = .allocate(capacity: 1)
    unsafe queue.initialize(to: RunQueue())
    self.time = time
    self.tracker = tracker
    self.lodging = lodging
    self.onFault = onFault
    super.init(household: household)
  }

  deinit {
    unsafe queue.deinitialize(count: 1)
    unsafe queue.deallocate()
  }

  // MARK: Running

  /// Hands a component over; it runs from the next pass on.
  ///
  /// From any thread.
  @discardableResult
  public func activate(_ component: sending Component) -> Handle {
    unsafe adopt(component, parent: nil)
  }

  /// Runs on the calling thread until no component can ever be woken again.
  ///
  /// - Returns: the components that are left asleep: none, when all have ended.
  @discardableResult
  public func run() -> [Handle] {
    precondition(group == nil, "a scheduler of a group runs when the group does")
    household.open()
    return runInHousehold()
  }

  /// Runs as one of its household, which counts it already.
  func runInHousehold() -> [Handle] {
    precondition(lodging == nil, "a scheduler inside a component runs in the component's turns")
    precondition(!isRunning, "a scheduler runs once at a time")
    isRunning = true
    let outer = unsafe currentThread().pointee
    unsafe currentThread().pointee.home = Unmanaged.passUnretained(self).toOpaque()
    unsafe currentThread().pointee.core = nil
    while runOnce() {}
    unsafe currentThread().pointee = outer
    household.leave(self)
    isRunning = false
    // What waits for nobody is dropped: a handle in it would keep this scheduler for ever.
    if unsafe members.isEmpty, threads.isEmpty { timers = TimerHeap() } else { timers.sweep() }
    stopDeadline = nil
    return residents
  }

  /// Runs on a thread of its own until `stop`, also while there is nothing to do.
  public func start() {
    holdOpen()
    let thread = Thread { [self] in _ = run() }
    started.withLock { $0 = thread }
  }

  /// Keeps it running until it is stopped, though nobody may be there.
  func holdOpen() {
    precondition(!isStarted, "a scheduler is started once")
    isStarted = true
    countSendersAbroad(by: 1, areStrangers: true)
  }

  /// Ends every component, waits for the threads that are ours, and makes `run` return; from any
  /// thread.
  ///
  /// Components that go on all the same are left after `patience`.
  public func stop(patience: Duration = .seconds(5)) {
    askToStop(patience)
    if isHere { return }
    let thread = started.withLock { started in
      defer { started = nil }
      return started
    }
    guard let thread else { return }
    countSendersAbroad(by: -1, areStrangers: true)
    thread.join()
    refuseErrands()
  }

  func askToStop(_ patience: Duration) {
    post(
      // Weak, or an errand that is never run would keep the scheduler.
      .call { [weak self] in self?.beginStop(patience) })
  }

  func beginStop(_ patience: Duration) {
    stopDeadline = now + patience
    unsafe members.forEach { unsafe $0.beginStop() }
    for thread in threads { thread.handle?.stop() }
  }

  /// Whether everything is to end.
  var isStopping: Bool { stopDeadline != nil }

  override func stop(_ core: CorePointer) { unsafe core.beginStop() }

  override func begin(_ core: CorePointer) { unsafe welcome(core) }

  /// Some turns, then timers, then sleep; false when nothing is left to do.
  private func runOnce() -> Bool {
    runErrands()
    if let order { runPass(in: order) } else { giveTurns(atMost: batch.turns) }
    unsafe currentThread().pointee.core = nil
    if !timers.isEmpty { ringDueAlarms() }
    if unsafe queue.pointee.first != nil {
      if let wait, wait.isWatching { wait.sleep(nanoseconds: 0) }
      batch.adapt(at: now)
      return stopDeadline.map { now < $0 } ?? true
    }
    batch.pause()
    return sleepUntilNeeded()
  }

  func giveTurns(atMost most: Int) {
    for _ in 0..<most {
      guard let core = unsafe queue.pointee.removeFirst() else { return }
      unsafe giveTurn(to: core)
    }
  }

  /// Becomes one of a group, before it runs.
  func join(_ group: Schedulers, as number: Int) {
    self.group = group
    self.number = number
  }

  /// Components more or less for placement to count.
  func countPopulation(by change: Int) {
    if group != nil { population.add(change, ordering: .relaxed) }
  }

  var load: Int { population.load(ordering: .relaxed) }

  override func wakeThread() {
    if let lodging { lodging.host.wake() } else { waker.withLock { $0 }?.wake() }
  }

  // MARK: Time

  /// The time by this scheduler's clock.
  public override var now: Instant {
    switch time {
    case .monotonic: KernelWait.now
    case .virtual: household.virtualNow
    }
  }

  /// Wakes a component of this scheduler at a moment, if it pauses then.
  ///
  /// Scheduler's thread only.
  package func wake(_ component: Handle, at moment: Instant) {
    setAlarm(at: moment, .wake(component))
  }

  func setAlarm(at moment: Instant, _ alarm: Alarm) {
    timers.insert(at: moment, alarm, rank: order?.draw())
  }

  func ringDueAlarms() {
    let now = now
    while let alarm = timers.removeFirst(dueAt: now) {
      switch alarm {
      case .wake(let handle): handle.wake()
      case .resume(let sleep): sleep.resume()
      case .call(let body): body()
      case .host(let alarm): alarm.ring()
      }
    }
  }
}
