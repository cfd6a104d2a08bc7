// SPDX-License-Identifier: Apache-2.0

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
  private var virtualNow = Instant(nanoseconds: 0)
  var timers = TimerHeap()
  /// Draws the order of turns and alarms from a seed, when there is one.
  var order: SeededOrder?
  private var wait: KernelWait?
  var members: [CorePointer] = unsafe []
  /// Threaded components that are running.
  var threads: [ThreadHome] = []
  private var stopDeadline: Instant?
  private var isRunning = false
  private let started = Guarded<Thread?>(nil)
  /// Whether it has a thread of its own.
  ///
  /// Written before that begins.
  private var isStarted = false

  /// Services and values of the components here.
  public let tracker = Tracker()
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
  public init(
    time: TimeSource = .monotonic,
    onFault: @escaping @Sendable (Failure) -> Void = { complain("\($0)") }
  ) {
    unsafe queue = .allocate(capacity: 1)
    unsafe queue.initialize(to: RunQueue())
    self.time = time
    self.onFault = onFault
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
    precondition(!isRunning, "a scheduler runs once at a time")
    isRunning = true
    let outer = unsafe currentThread().pointee
    unsafe currentThread().pointee.home = Unmanaged.passUnretained(self).toOpaque()
    unsafe currentThread().pointee.core = nil
    while runOnce() {}
    unsafe currentThread().pointee = outer
    isRunning = false
    // What waits for nobody is dropped: a handle in it would keep this scheduler for ever.
    if unsafe members.isEmpty, threads.isEmpty { timers = TimerHeap() } else { timers.sweep() }
    stopDeadline = nil
    return unsafe members.compactMap { unsafe $0.pointee.handle?.takeUnretainedValue() }
      + threads.compactMap(\.handle)
  }

  /// Runs on a thread of its own until `stop`, also while there is nothing to do.
  public func start() {
    precondition(!isStarted, "a scheduler is started once")
    isStarted = true
    countSendersAbroad(by: 1)
    let thread = Thread { [self] in _ = run() }
    started.withLock { $0 = thread }
  }

  /// Ends every component, waits for the threads that are ours, and makes `run` return; from any
  /// thread.
  ///
  /// Components that go on all the same are left after `patience`.
  public func stop(patience: Duration = .seconds(5)) {
    post(
      // Weak, or an errand that is never run would keep the scheduler.
      .call { [weak self] in self?.beginStop(patience) })
    if isHere { return }
    let thread = started.withLock { started in
      defer { started = nil }
      return started
    }
    guard let thread else { return }
    countSendersAbroad(by: -1)
    thread.join()
    refuseErrands()
  }

  private func beginStop(_ patience: Duration) {
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
    if let order {
      runPass(in: order)
    } else {
      for _ in 0..<256 {
        guard let core = unsafe queue.pointee.removeFirst() else { break }
        unsafe giveTurn(to: core)
      }
    }
    unsafe currentThread().pointee.core = nil
    if !timers.isEmpty { ringDueAlarms() }
    if unsafe queue.pointee.first != nil {
      if let wait, wait.isWatching { wait.sleep(nanoseconds: 0) }
      return stopDeadline.map { now < $0 } ?? true
    }
    if let stopDeadline {
      if unsafe members.isEmpty, threads.isEmpty { return hasErrands }
      if now >= stopDeadline { return false }
    }
    guard canBeWoken else { return hasErrands }
    sleepUntilNeeded()
    return true
  }

  /// Whether anything at all can wake a component that sleeps now.
  private var canBeWoken: Bool {
    if unsafe members.isEmpty, threads.isEmpty {
      return isStarted && hasSendersAbroad
    }
    timers.dropSpent()
    if !timers.isEmpty || !threads.isEmpty || wait?.isWatching == true { return true }
    if hasSendersAbroad { return true }
    return unsafe members.contains { unsafe $0.waitsForOthers }
  }

  private func sleepUntilNeeded() {
    // Opened before anybody may try to wake it.
    let wait = openWait()
    if waitBriefly() { return }
    guard mayFallAsleep() else { return }
    defer { gotUp() }
    let soonest = [timers.soonest, stopDeadline].compactMap { $0 }.min()
    guard case .virtual = time else {
      wait?.sleep(nanoseconds: soonest.map { max(1, ($0 - now).inNanoseconds) })
      return
    }
    if let soonest, wait?.isWatching != true, threadsAreParked {
      virtualNow = max(virtualNow, soonest)
    } else {
      // The clock stands still, so only the world outside can wake us; a thread that parks does.
      wait?.sleep(nanoseconds: nil)
    }
  }

  /// The kernel's queue, opened when first needed: a program that never sleeps needs no descriptor.
  private func openWait() -> KernelWait? {
    if let wait { return wait }
    do throws(KernelError) {
      let opened = try KernelWait()
      waker.withLock { $0 = opened }
      wait = opened
    } catch {
      complain("scheduler: \(error): close some files or raise the limit")
    }
    return wait
  }

  private let waker = Guarded<KernelWait?>(nil)

  override func wakeThread() { waker.withLock { $0 }?.wake() }

  // MARK: Time

  /// The time by this scheduler's clock.
  public override var now: Instant {
    switch time {
    case .monotonic: KernelWait.now
    case .virtual: virtualNow
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

  private func ringDueAlarms() {
    let now = now
    while let alarm = timers.removeFirst(dueAt: now) {
      switch alarm {
      case .wake(let handle): handle.wake()
      case .resume(let sleep): sleep.resume()
      case .call(let body): body()
      }
    }
  }

  // MARK: Descriptors

  /// Watches a descriptor in the scheduler's own wait.
  ///
  /// Scheduler's thread only.
  package func watch(_ descriptor: Int32, _ watch: Watch) throws(KernelError) -> UInt64 {
    guard let wait = openWait() else {
      throw KernelError(operation: "open an event queue", code: 24)
    }
    return try wait.add(descriptor, watch)
  }

  /// Ends a watch, before its descriptor is closed.
  ///
  /// Scheduler's thread only.
  package func unwatch(_ descriptor: Int32, token: UInt64) {
    wait?.remove(descriptor, token: token)
  }
}
