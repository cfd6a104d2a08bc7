// SPDX-License-Identifier: Apache-2.0

/// A supervised child's place, whatever its messages.
class Ward {
  enum State {
    /// To be started at this moment.
    case due(Instant)
    case live
    /// Asked to end because of another's fault.
    case stopping
    /// Ended for good.
    case ended
  }

  let restart: Supervisor.Restart
  var state = State.due(Instant(nanoseconds: 0))
  /// How often it was started.
  var starts = 0

  init(restart: Supervisor.Restart) { self.restart = restart }

  var child: Handle? { nil }
  /// Whether a normal end is its last: nothing comes any more, or nobody listens any more.
  var hasNothingToDo: Bool { false }

  func start(under supervisor: Supervisor) throws -> Handle { throw CancellationError() }
  func pump() {}
  func childEnded() {}
  func close() {}

  /// Whether the child is to be started again after an end of its own.
  func wantsRestart(failed: Bool) -> Bool {
    switch restart {
    case .never: false
    case .onFailure: failed
    case .always: failed || !hasNothingToDo
    }
  }
}

/// The place of a child with these messages.
final class Place<Input, Output>: Ward {
  private let berth: Berth<Input, Output>
  private let make: () throws -> Arrival<Input, Output>

  init(
    _ berth: Berth<Input, Output>, restart: Supervisor.Restart,
    make: @escaping () throws -> Arrival<Input, Output>
  ) {
    self.berth = berth
    self.make = make
    super.init(restart: restart)
  }

  override var child: Handle? { berth.child }
  override var hasNothingToDo: Bool { berth.isUsedUp || berth.isAbandoned }

  override func start(under supervisor: Supervisor) throws -> Handle {
    try berth.start(try make(), under: supervisor)
  }

  override func pump() { berth.pump() }
  override func childEnded() { berth.childEnded() }

  override func close() {
    berth.inbox.close()
    berth.outbox.close()
  }
}
