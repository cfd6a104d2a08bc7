// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The thread of one threaded component.
@safe
final class ThreadHome: Home, @unchecked Sendable {
  // Unchecked: `core` belongs to the thread; the condition has its own mutex.
  let scheduler: Scheduler
  /// Until the scheduler has heard of the end: a handle knows its home, and the two would keep
  /// each other for ever.
  private(set) var handle: Handle?
  private let core: CorePointer
  private let queue: UnsafeMutablePointer<RunQueue>
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var wasWoken = false
  var thread: Thread?
  /// The boxes it began with, for those who look from outside; the scheduler's thread only.
  private(set) var boxes: [(label: String, box: Box)] = []
  /// Who started it; the scheduler's thread only.
  var parent: Handle?

  init(_ component: ThreadedComponent, on scheduler: Scheduler) {
    self.scheduler = scheduler
    unsafe queue = .allocate(capacity: 1)
    unsafe queue.initialize(to: RunQueue())
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition = .allocate(capacity: 1)
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe core = component.coreInside
    super.init(household: scheduler.household)
    handle = unsafe core.enter(self, queue: queue, isCallback: true)
    unsafe core.pointee.status = .running
    // While nobody else has it: later its own thread alone may go through its boxes.
    component.forEachNamedBox { label, box in boxes.append((label, box)) }
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
    unsafe queue.deallocate()
  }

  /// The component's whole life, on its thread.
  func live() -> Outcome {
    unsafe currentThread().pointee.home = Unmanaged.passUnretained(self).toOpaque()
    unsafe currentThread().pointee.core = unsafe core
    let component = unsafe core.component.takeUnretainedValue()
    component.adoptBoxes()
    runErrands()
    var outcome = Outcome.finished
    if let threaded = component as? ThreadedComponent {
      do {
        try threaded.threadMain()
      } catch {
        outcome = .failed(component.failure(error))
      }
    }
    unsafe core.pointee.status = .ended
    unsafe core.endChildren()
    component.closeBoxes(outcome)
    handle?.end(outcome)
    runErrands()
    unsafe core.release()
    unsafe currentThread().pointee.core = nil
    return outcome
  }

  /// The component's end has been told to all.
  ///
  /// Scheduler's thread, after the join.
  func forgetHandle() {
    handle = nil
    parent = nil
    boxes = []
    refuseErrands()
  }

  private func rest() -> Household.Rest {
    var rest = Household.Rest(home: self)
    rest.isScheduler = false
    if hasStrangers {
      rest.isExpecting = true
    } else if household.isLastAwake {
      rest.isExpecting = unsafe core.waitsForStrangers
    } else {
      rest.isCertain = false
    }
    return rest
  }

  /// Sleeps until another thread has left an errand, and runs it.
  func park() {
    if unsafe core.pointee.mustSettle { _ = unsafe core.settle() }
    if mayFallAsleep(rest()) {
      unsafe pthread_mutex_lock(mutex)
      while !wasWoken { unsafe pthread_cond_wait(condition, mutex) }
      wasWoken = false
      unsafe pthread_mutex_unlock(mutex)
      gotUp()
    }
    runErrands()
  }

  override func wakeThread() {
    unsafe pthread_mutex_lock(mutex)
    wasWoken = true
    unsafe pthread_cond_signal(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  override func stop(_ core: CorePointer) { unsafe core.beginStop() }

  override var now: Instant { scheduler.now }
}

extension Scheduler {
  /// Gives a threaded component its thread; this scheduler waits for it and reports its end.
  func adoptThreaded(_ component: sending Component, parent: CorePointer?) -> Handle {
    guard let threaded = component as? ThreadedComponent else {
      preconditionFailure("\(type(of: component)) is no ThreadedComponent")
    }
    let home = ThreadHome(threaded, on: self)
    guard let handle = home.handle else { preconditionFailure("a thread without a handle") }
    if let parent = unsafe parent { unsafe parent.more.children.add(handle) }
    let parentHandle = unsafe parent?.pointee.handle?.takeUnretainedValue()
    atHome { self.launch(home, parentHandle) }
    return handle
  }

  private func launch(_ home: ThreadHome, _ parent: Handle?) {
    threads.append(home)
    home.parent = parent
    if isStopping { home.handle?.stop() }
    household.join()
    home.thread = Thread { [self] in
      let outcome = home.live()
      post(.call { self.threadEnded(home, parent, outcome) })
      household.leave(home)
    }
  }

  private func threadEnded(_ home: ThreadHome, _ parent: Handle?, _ outcome: Outcome) {
    home.thread?.join()
    home.thread = nil
    threads.removeAll { $0 === home }
    countPopulation(by: -1)
    if case .failed(let failure) = outcome { report(failure) }
    guard let handle = home.handle else { return }
    home.forgetHandle()
    tracker.remove(handle)
    parent?.tell(childEnded: handle, outcome)
  }
}
