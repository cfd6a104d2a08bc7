// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// A thread on which components live: a scheduler's, or that of one threaded component.
///
/// Other threads never touch what lives here; they leave an errand, and the home thread runs it.
@safe
public class Home: @unchecked Sendable {
  // Unchecked: subclasses keep state for their own thread; what is shared is in `mail`.

  /// What another thread asks the home thread to do.
  @safe
  enum Errand {
    case wake(Box)
    case reroute(Box, sinkEnded: Bool)
    case job(AsyncCore, UnownedJob)
    case call(@Sendable () -> Void)
    case begin(CorePointer)

    /// Nobody will run it.
    func drop() {
      if case .begin(let core) = self { unsafe core.abandon() }
    }
  }

  private struct Mail {
    var errands: [Errand] = []
    var isSleeping = false
    /// How often it fell asleep.
    var naps = 0
    /// Nobody will ever run an errand here again.
    var isClosed = false
  }

  private let mail = Guarded(Mail())
  private let hasMail = Atomic(false)
  /// An empty array with room, so that no turn begins by asking for memory; home thread only.
  private var spare: [Errand] = []
  /// How many more times it waits briefly; home thread only.
  private var patience = 0
  /// Open boxes outside that may send here: while there are any, sleepers can still be woken.
  private let sendersAbroad = Atomic(0)

  init() {}

  /// Leaves an errand; from any thread.
  ///
  /// Wakes the home thread when it sleeps.
  func post(_ errand: Errand) {
    let (isClosed, mustWake) = mail.withLock { mail in
      if mail.isClosed { return (true, false) }
      mail.errands.append(errand)
      hasMail.store(true, ordering: .releasing)
      defer { mail.isSleeping = false }
      return (false, mail.isSleeping)
    }
    if mustWake { wakeThread() }
    if isClosed { errand.drop() }
  }

  /// Runs the errands that other threads left.
  ///
  /// Home thread only.
  func runErrands() {
    guard hasMail.load(ordering: .acquiring) else { return }
    hasMail.store(false, ordering: .sequentiallyConsistent)
    patience = min(patience + 1, 8)
    var errands = spare
    spare = []
    mail.withLock { swap(&$0.errands, &errands) }
    for errand in errands {
      switch errand {
      case .wake(let box): box.wakeAtHome()
      case .reroute(let box, let sinkEnded): box.reroute(sinkEnded: sinkEnded)
      case .job(let executor, let job): executor.push(job)
      case .call(let body): body()
      case .begin(let core): unsafe begin(core)
      }
    }
    errands.removeAll(keepingCapacity: errands.count < 1024)
    spare = errands
  }

  /// Drops what was left after the last look, and what will be: an errand holds its handle, that its
  /// home, and the home its errands, for ever.
  func refuseErrands() {
    let late = mail.withLock { mail in
      mail.isClosed = true
      defer { mail.errands = [] }
      return mail.errands
    }
    for errand in late { errand.drop() }
  }

  /// Whether another thread left an errand.
  var hasErrands: Bool { hasMail.load(ordering: .acquiring) }

  func countSendersAbroad(by change: Int) {
    sendersAbroad.add(change, ordering: .sequentiallyConsistent)
  }

  var hasSendersAbroad: Bool { sendersAbroad.load(ordering: .sequentiallyConsistent) > 0 }

  /// Lets the home see that it may have lost the last sender abroad.
  func wakeToLook() { post(.call {}) }

  /// Looks for a moment whether another thread leaves an errand, before the thread goes to sleep:
  /// where two threads talk to each other, the answer mostly comes sooner than the kernel could wake
  /// this one.
  ///
  /// Who waits in vain loses its patience, until errands come again; an idle home waits no more.
  ///
  /// - Returns: whether one was left.
  func waitBriefly() -> Bool {
    guard patience > 0, Home.hasCompany else { return false }
    let end = KernelWait.now + .microseconds(20)
    while KernelWait.now < end {
      for _ in 0..<16 {
        if hasErrands {
          patience = 8
          return true
        }
        relaxProcessor()
      }
    }
    patience -= 1
    return false
  }

  /// Whether threads can run at the same time at all.
  private static let hasCompany = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1

  /// Announces that the thread goes to sleep; false when there are errands to run first.
  func mayFallAsleep() -> Bool {
    mail.withLock { mail in
      guard mail.errands.isEmpty else { return false }
      mail.isSleeping = true
      mail.naps += 1
      return true
    }
  }

  /// Which sleep it is that the thread lies in, with no errand left for it; `nil` when it is up.
  var nap: Int? { mail.withLock { $0.isSleeping ? $0.naps : nil } }

  /// Announces that the thread is up again.
  func gotUp() {
    mail.withLock { $0.isSleeping = false }
  }

  /// Whether the thread sleeps until somebody leaves an errand.
  var isAsleep: Bool { mail.withLock { $0.isSleeping } }

  /// Interrupts the home thread's sleep; called from other threads.
  func wakeThread() {}

  /// Whether the calling thread is this home's.
  var isHere: Bool {
    unsafe currentThread().pointee.home == Unmanaged.passUnretained(self).toOpaque()
  }

  /// Does `body` on the home thread: at once when this is it, else as an errand.
  func atHome(_ body: @escaping @Sendable () -> Void) {
    if isHere { body() } else { post(.call(body)) }
  }

  /// Begins the life of a component that was handed over.
  ///
  /// Schedulers only.
  func begin(_ core: CorePointer) {}

  /// Ends the component on the home thread.
  ///
  /// Overridden by both kinds of home.
  func stop(_ core: CorePointer) {}

  /// The time by the clock of its scheduler.
  var now: Instant { Instant(nanoseconds: 0) }
}
