// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A component as others see it once it was handed over: its name, its end, and a way to stop it.
@safe
public final class Handle: @unchecked Sendable, Hashable, CustomStringConvertible {
  // Unchecked: `core` is touched on the home thread only; the outcome is written once.
  private static let count = Atomic(0)

  let type: Component.Type
  let number: Int
  let home: Home
  private var core: CorePointer?
  /// The error that ended it, if one did; written once, before `hasEnded`.
  private var fault: Fault?
  /// Where its parent's list has it; the parent's home thread only.
  var placeAmongChildren: Int32 = 0
  private let hasEnded = Atomic(false)
  /// Fits into what the allocator rounds up to: it costs no byte.
  private let restartCount = Atomic<Int32>(0)

  /// In a box, because every component has a handle and few fail.
  private final class Fault {
    let failure: Failure
    init(_ failure: Failure) { self.failure = failure }
  }

  init(of component: Component, core: CorePointer, home: Home) {
    type = Swift.type(of: component)
    number = Self.count.add(1, ordering: .relaxed).newValue
    unsafe self.core = unsafe core
    self.home = home
  }

  /// Class and number, unique in the process: `Echo_3`.
  public var name: String { "\(type)_\(number)" }

  /// Its name.
  public var description: String { name }

  /// How it ended; `nil` while it lives.
  public var outcome: Outcome? {
    isRunning ? nil : fault.map { .failed($0.failure) } ?? .finished
  }

  /// Whether it hasn't ended yet.
  public var isRunning: Bool { !hasEnded.load(ordering: .acquiring) }

  /// How often a supervisor has restarted children; for its child, how often this one's place was.
  public var restarts: Int { Int(restartCount.load(ordering: .relaxed)) }

  func count(restarts: Int) { restartCount.store(Int32(clamping: restarts), ordering: .relaxed) }

  /// Asks the component to end now, as a `shutdown` signal does; from any thread.
  public func stop() {
    guard isRunning else { return }
    home.atHome { [self] in
      if let core = unsafe core { unsafe home.stop(core) }
    }
  }

  /// Wakes the component if it pauses; from any thread.
  public func wake() {
    guard isRunning else { return }
    home.atHome { [self] in
      unsafe core?.wake()
    }
  }

  /// A child has ended, on whatever thread; once this component has too, nobody is told.
  func tell(childEnded child: Handle, _ outcome: Outcome) {
    guard isRunning else { return }
    home.atHome { [self] in
      if let core = unsafe core { unsafe core.childEnded(child, outcome) }
    }
  }

  func end(_ outcome: Outcome) {
    unsafe core = nil
    if case .failed(let failure) = outcome { fault = Fault(failure) }
    hasEnded.store(true, ordering: .releasing)
  }

  /// One and the same component.
  public static func == (one: Handle, other: Handle) -> Bool { one === other }
  /// By the number.
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
