// SPDX-License-Identifier: Apache-2.0

@usableFromInline typealias CorePointer = UnsafeMutablePointer<Core>

/// A component's place in its scheduler: what the run queue sees of it.
///
/// Plain memory inside the component's object, reached by a pointer: a property of a class would cost
/// an exclusivity check, a retain and a release at each of the few nanoseconds that a hop takes, an
/// allocation of its own a cache line. Only its home thread touches it.
@safe @usableFromInline
struct Core {
  @usableFromInline
  enum Status: UInt8 {
    /// Outside the run queue, until something wakes it.
    case idle
    case queued
    case running
    case ended
  }

  /// Messages it may still take or send in this turn.
  @usableFromInline var budget: Int32 = 0
  /// Waits of ours that are pending: with none, a suspended task waits for something else.
  ///
  /// In the callback form 1 while it rests, to be seen at one glance.
  @usableFromInline var waits: Int32 = 0
  @usableFromInline var status = Status.idle
  /// Something happened since it last paused.
  @usableFromInline var hasEvent = false
  /// Callback form: woken by entering the run queue, not through a continuation.
  @usableFromInline var isCallback = false
  @usableFromInline var isStopping = false
  /// Async form: it waits in `pause`, for whatever happens.
  @usableFromInline var isPausing = false
  /// An inbox has finished: when the component pauses, it may have nothing left to do.
  var inputEnded = false {
    didSet { needsCare = needsCare || inputEnded }
  }
  /// Its next turn isn't an ordinary one: it is new, must stop, or an inbox of its has finished.
  var needsCare = true
  /// Whether `initialiseComponent` has run.
  var isInitialised = false
  /// At the end of a turn that leaves it idle, some boxes have something to put in order.
  var mustSettle = false
  /// It was handed over to a home, which may have ended it by now.
  var wasActivated = false
  /// It has its boxes, from its beginning to its end.
  var isLive = false
  /// Place in the scheduler's list of members.
  var index: Int32 = 0
  @usableFromInline var next: CorePointer?
  /// From activation on, as is `handle`.
  @usableFromInline var queue: UnsafeMutablePointer<RunQueue>?
  var async: Unmanaged<AsyncCore>?
  var handle: Unmanaged<Handle>?
  var parent: Handle?
  /// What few components need.
  var more: CoreMore?

  init() {}

  /// A class begins with two words of the runtime's; these are the first bytes behind them.
  static var offset: Int { 16 }
}

/// The parts of a core that few components need.
final class CoreMore {
  var control: Inbox<Signal>?
  var signal: Outbox<Signal>?
  /// Boxes made while running, or that nobody owned when they were first used.
  var extras: [Box] = []
  let children = Children()
  /// Boxes waiting for room in another home, from where no count of ours sees a waker.
  var waitsAbroad: Int32 = 0
  /// Inboxes with a side door.
  var shared: [Box] = []
  /// Outboxes with a slot kept for them.
  var promised: [Box] = []
}

extension Component {
  /// The core, in the object itself.
  var coreInside: CorePointer {
    unsafe (Unmanaged.passUnretained(self).toOpaque() + Core.offset)
      .assumingMemoryBound(to: Core.self)
  }
}

extension UnsafeMutablePointer<Core> {
  /// The object that this core is a part of.
  var component: Unmanaged<Component> {
    unsafe Unmanaged.fromOpaque(UnsafeRawPointer(self) - Core.offset)
  }

  /// Where the component lives, once it was activated.
  var home: Home {
    unsafe pointee.handle.unsafelyUnwrapped._withUnsafeGuaranteedRef { $0.home }
  }

  /// What few components need, made when first asked for.
  var more: CoreMore {
    if let more = unsafe pointee.more { return more }
    let made = CoreMore()
    unsafe pointee.more = made
    return made
  }

  /// Hands the component over to a home, which keeps it until `release`.
  func enter(_ home: Home, queue: UnsafeMutablePointer<RunQueue>, isCallback: Bool) -> Handle {
    let component = unsafe self.component.takeUnretainedValue()
    _ = unsafe Unmanaged.passRetained(component)
    unsafe pointee.wasActivated = true
    unsafe pointee.queue = unsafe queue
    unsafe pointee.isCallback = isCallback
    let handle = unsafe Handle(of: component, core: self, home: home)
    unsafe pointee.handle = Unmanaged.passRetained(handle)
    return handle
  }
}

/// Messages that a component may take or send in one turn, so that none starves the others.
@usableFromInline let turnBudget: Int32 = 128

/// The awake components of one scheduler, first in first out, linked through their cores.
@safe @usableFromInline
struct RunQueue {
  @usableFromInline var first: CorePointer?
  @usableFromInline var last: CorePointer?

  @inlinable @inline(__always)
  mutating func append(_ core: CorePointer) {
    unsafe core.pointee.status = .queued
    unsafe core.pointee.next = nil
    if let last = unsafe last {
      unsafe last.pointee.next = core
    } else {
      unsafe first = core
    }
    unsafe last = core
  }

  @inlinable @inline(__always)
  mutating func removeFirst() -> CorePointer? {
    guard let core = unsafe first else { return nil }
    unsafe first = core.pointee.next
    if unsafe first == nil { unsafe last = nil }
    return unsafe core
  }
}

extension UnsafeMutablePointer<Core> {
  /// Tells the component that something happened: it runs again if it was pausing.
  @inlinable @inline(__always)
  func wake() {
    unsafe pointee.hasEvent = true
    if unsafe pointee.waits == 0 { return }
    if unsafe pointee.isCallback {
      unsafe pointee.waits = 0
      unsafe pointee.queue.unsafelyUnwrapped.pointee.append(self)
    } else if unsafe pointee.isPausing {
      unsafe wakePausedTask()
    }
  }

  /// Outside the run queue, until something wakes it; callback form.
  @inline(__always)
  func rest() {
    unsafe pointee.status = .idle
    unsafe pointee.waits = 1
  }

  /// The async form pauses in a continuation; any other wait has its own waker.
  @usableFromInline
  func wakePausedTask() {
    unsafe pointee.async?._withUnsafeGuaranteedRef { $0.resumePause() }
  }
}
