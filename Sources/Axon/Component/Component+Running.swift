// SPDX-License-Identifier: Apache-2.0

/// How a scheduler gives a component its turns.
enum Embodiment {
  case async
  case callback
  case threaded
}

/// What a component can ask of its scheduler while it runs.
extension Component {
  /// Its own handle.
  public final var handle: Handle {
    unsafe liveCore.pointee.handle.unsafelyUnwrapped.takeUnretainedValue()
  }

  /// Where it lives.
  public final var scheduler: Scheduler {
    switch unsafe liveCore.home {
    case let scheduler as Scheduler: return scheduler
    case let thread as ThreadHome: return thread.scheduler
    default: preconditionFailure("\(type(of: self)) lives on no scheduler")
    }
  }

  /// Services and values of this system.
  public final var tracker: Tracker { scheduler.tracker }

  /// The scheduler's time.
  public final var now: Instant { scheduler.now }

  /// Whether it must end: a signal said so, or nobody listens to it any more.
  public final var isStopping: Bool { unsafe liveCore.pointee.isStopping }

  /// Lets every other awake component have a turn.
  public final func yield() async {
    await executor.yield()
  }

  /// Waits until something happens: a message in an inbox, room in a box found full, a child's end,
  /// a timer.
  ///
  /// Returns at once if that was so since the last pause, or when the component must stop.
  public final func pause() async {
    let core = unsafe liveCore
    if unsafe core.pointee.budget <= 0 { await yield() }
    unsafe core.pointee.budget &-= 1
    if unsafe !core.pointee.hasEvent, unsafe !core.pointee.isStopping {
      await executor.pause()
    }
    unsafe core.pointee.hasEvent = false
  }

  /// Waits for this long on the scheduler's clock.
  ///
  /// - Throws: `CancellationError` when the component must stop.
  public final func sleep(for time: Duration) async throws {
    try await sleep(until: now + time)
  }

  /// Waits until this moment of the scheduler's clock.
  ///
  /// - Throws: `CancellationError` when the component must stop.
  public final func sleep(until moment: Instant) async throws {
    if isStopping { throw CancellationError() }
    await executor.sleep(until: moment, on: scheduler)
    if isStopping { throw CancellationError() }
  }

  /// Starts a component as a child of this one: this one learns of its end, and ends it with itself.
  @discardableResult
  public final func activate(_ child: sending Component) -> Handle {
    activate(Seed(child))
  }

  /// Starts a child that arrives wrapped, as a chassis gets its parts.
  @discardableResult
  package final func activate(_ seed: Seed) -> Handle {
    let child = unsafe scheduler.adopt(seed.take(), parent: liveCore)
    if isStopping { child.stop() }
    return child
  }

  /// Children that are still running.
  public final var children: [Handle] {
    unsafe liveCore.pointee.more?.children.handles ?? []
  }

  /// Waits until no child is left, also when the component must stop.
  public final func childrenEnded() async {
    while !children.isEmpty { await executor.pause() }
  }

  private var liveCore: CorePointer {
    guard let core = unsafe core else {
      preconditionFailure("\(type(of: self)) isn't running: activate it first")
    }
    return unsafe core
  }

  private var executor: AsyncCore {
    guard let async = unsafe liveCore.pointee.async else {
      preconditionFailure("\(type(of: self)) has no async main")
    }
    return unsafe async.takeUnretainedValue()
  }
}

/// The running children of one component.
final class Children {
  private(set) var handles: [Handle] = []
  /// Children that ended by an error.
  var failures = 0

  func add(_ handle: Handle) {
    handle.placeAmongChildren = Int32(truncatingIfNeeded: handles.count)
    handles.append(handle)
  }

  /// Takes a child out in constant time; the last one takes its place.
  func remove(_ handle: Handle) {
    let place = Int(handle.placeAmongChildren)
    guard place < handles.count, handles[place] === handle else { return }
    let last = handles.removeLast()
    if last === handle { return }
    handles[place] = last
    last.placeAmongChildren = handle.placeAmongChildren
  }
}

/// A component on its way to the scheduler that will run it: nobody else has it any more.
@safe
package final class Seed: @unchecked Sendable {
  // Unchecked: it was `sending` when it came in, and is taken out once.
  private var component: Component?

  package init(_ component: sending Component) { self.component = component }

  func take() -> sending Component {
    guard let component else { preconditionFailure("a component was activated twice") }
    self.component = nil
    nonisolated(unsafe) let taken = component
    return unsafe taken
  }
}

extension Component {
  /// Wakes this component from its scheduler's own thread, also for the scheduler outside; not to be called once it has ended.
  package final func waker() -> () -> Void {
    let core = unsafe liveCore
    if scheduler.lodging == nil { return { unsafe core.wake() } }
    return { [scheduler] in scheduler.visit { unsafe core.wake() } }
  }
}
