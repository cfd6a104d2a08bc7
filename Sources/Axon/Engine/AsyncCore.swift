// SPDX-License-Identifier: Apache-2.0

/// The executor of one component in the async form: its jobs run when its turn comes.
///
/// Every job of the component's task, and of the child tasks it starts, comes here, so the run queue
/// sees one component and not its anonymous jobs.
@safe
final class AsyncCore: TaskExecutor, @unchecked Sendable {
  // Unchecked: all but `home` is touched on the home thread alone; `enqueue` takes other threads'
  // jobs there first.
  private let home: Unmanaged<Home>
  private(set) var core: CorePointer?
  private var firstJob: UnownedJob?
  private var laterJobs: [UnownedJob] = []
  private var pausing: UnsafeContinuation<Void, Never>?
  private var yielding: UnsafeContinuation<Void, Never>?
  /// Child tasks may pause or yield while another task of the component does.
  private var alsoPausing: [UnsafeContinuation<Void, Never>] = unsafe []
  private var alsoYielding: [UnsafeContinuation<Void, Never>] = unsafe []
  var sleeps: [Sleep] = []
  /// The component's task itself, as its jobs name it.
  private var mainTask: UInt = 0
  /// Once it has child tasks: which tasks wait in a way that Axon knows.
  ///
  /// Those that have ended stay, as the runtime doesn't tell.
  private var knownWaits: [UInt: Int32]?
  var task: Task<Void, Never>?
  /// What `main` ended with, once it has.
  var outcome: Outcome?

  init(core: CorePointer, home: Home) {
    unsafe self.core = unsafe core
    unsafe self.home = Unmanaged.passUnretained(home)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if unsafe currentThread().pointee.home == home.toOpaque() {
      push(job)
    } else {
      unsafe home.takeUnretainedValue().post(.job(self, job))
    }
  }

  /// Takes a job on the home thread.
  func push(_ job: UnownedJob) {
    let task = unsafe unsafeBitCast(job, to: UInt.self)
    if task != mainTask { noteTask(task) }
    if firstJob == nil, laterJobs.isEmpty { firstJob = job } else { laterJobs.append(job) }
    if let core = unsafe core, unsafe core.pointee.status == .idle {
      unsafe core.pointee.queue.unsafelyUnwrapped.pointee.append(core)
    }
  }

  /// Runs what was there when the turn began; later jobs wait for the next turn.
  func runTurn() {
    if let continuation = unsafe yielding {
      unsafe yielding = nil
      unsafe continuation.resume()
      let others = unsafe alsoYielding
      unsafe alsoYielding = []
      unsafe others.forEach { unsafe $0.resume() }
    }
    if let job = firstJob, laterJobs.isEmpty {
      firstJob = nil
      run(job)
      return
    }
    let jobs = (firstJob.map { [$0] } ?? []) + laterJobs
    firstJob = nil
    laterJobs.removeAll()
    for job in jobs { run(job) }
  }

  private func run(_ job: UnownedJob) {
    guard knownWaits != nil, let before = unsafe core?.pointee.waits else {
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
      return
    }
    let task = unsafe unsafeBitCast(job, to: UInt.self)
    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    let change = unsafe (core?.pointee.waits ?? before) - before
    knownWaits?[task, default: 0] += change
  }

  private func noteTask(_ task: UInt) {
    if mainTask == 0 {
      mainTask = task
      return
    }
    // While it was alone, what waits there were could only be its own.
    if knownWaits == nil { knownWaits = unsafe [mainTask: core?.pointee.waits ?? 0] }
    knownWaits?[task, default: 0] += 0
  }

  /// Whether one of the component's tasks may wait for something outside Axon.
  ///
  /// A child task that has ended can't be told from one that waits outside: better to wait too long
  /// than to leave one behind.
  var mayWaitOutside: Bool {
    if let knownWaits { return knownWaits.contains { $0.value == 0 } }
    return unsafe core?.pointee.waits == 0
  }

  var hasWork: Bool {
    if unsafe yielding != nil { return true }
    return firstJob != nil || !laterJobs.isEmpty
  }

  /// Waits until the next event, which wakes it.
  func pause() async {
    unsafe core?.pointee.waits += 1
    unsafe await withUnsafeContinuation { continuation in
      if unsafe pausing == nil {
        unsafe pausing = continuation
        unsafe core?.pointee.isPausing = true
      } else {
        unsafe alsoPausing.append(continuation)
      }
    }
    unsafe core?.pointee.waits -= 1
  }

  func resumePause() {
    guard let continuation = unsafe pausing else { return }
    unsafe pausing = nil
    unsafe core?.pointee.isPausing = false
    unsafe continuation.resume()
    let others = unsafe alsoPausing
    unsafe alsoPausing = []
    unsafe others.forEach { unsafe $0.resume() }
  }

  /// Lets every other awake component run once.
  func yield() async {
    unsafe await withUnsafeContinuation { continuation in
      if unsafe yielding == nil {
        unsafe yielding = continuation
      } else {
        unsafe alsoYielding.append(continuation)
      }
    }
  }

  func detach() {
    unsafe core = nil
  }
}
