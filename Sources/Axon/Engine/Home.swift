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
    /// It sleeps until somebody wakes it, and its household knows.
    var isResting = false
    /// Nobody will ever run an errand here again.
    var isClosed = false
  }

  private let mail = Guarded(Mail())
  private let hasMail = Atomic(false)
  /// An empty array with room, so that no turn begins by asking for memory; home thread only.
  private var spare: [Errand] = []
  /// How many more times it waits briefly; home thread only.
  private var patience = 0
  /// Open boxes of other homes that may send here.
  private let sendersAbroad = Atomic(0)
  /// Those of them outside the household: while there are any, sleepers can still be woken.
  private let strangers = Atomic(0)
  /// Those with whom it ends.
  let household: Household

  init(household: Household) { self.household = household }

  /// Leaves an errand; from any thread.
  ///
  /// Wakes the home thread when it sleeps.
  func post(_ errand: Errand) {
    let (isClosed, mustWake) = mail.withLock { mail in
      if mail.isClosed { return (true, false) }
      mail.errands.append(errand)
      hasMail.store(true, ordering: .releasing)
      if mail.isResting { rise(&mail) }
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

  func countSendersAbroad(by change: Int, areStrangers: Bool) {
    sendersAbroad.add(change, ordering: .sequentiallyConsistent)
    if areStrangers { strangers.add(change, ordering: .sequentiallyConsistent) }
  }

  var hasSendersAbroad: Bool { sendersAbroad.load(ordering: .sequentiallyConsistent) > 0 }
  var hasStrangers: Bool { strangers.load(ordering: .sequentiallyConsistent) > 0 }

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
  private static let hasCompany = Cores.allowed > 1

  /// Announces that the thread goes to sleep, and whether it rests; false when there is something
  /// to look at first.
  func mayFallAsleep(_ rest: Household.Rest? = nil) -> Bool {
    let woken = mail.withLock { mail -> [Home]? in
      guard mail.errands.isEmpty else { return nil }
      mail.isSleeping = true
      guard let rest else { return [] }
      mail.isResting = true
      return household.rest(rest)
    }
    guard let woken else { return false }
    for home in woken where home !== self { home.wakeThread() }
    if !woken.contains(where: { $0 === self }) { return true }
    gotUp()
    return false
  }

  /// Announces that the thread is up again.
  func gotUp() {
    mail.withLock { mail in
      mail.isSleeping = false
      if mail.isResting { rise(&mail) }
    }
  }

  /// Mail held: nobody may believe any more that all rest.
  private func rise(_ mail: inout Mail) {
    mail.isResting = false
    household.rise(self)
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
