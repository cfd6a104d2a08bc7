// SPDX-License-Identifier: Apache-2.0

/// A component written as three callbacks instead of a loop: for speed, at five nanoseconds a hop.
///
/// ```swift
/// final class Doubler: CallbackComponent {
///   let inbox = Inbox<Int>()
///   let outbox = Outbox<Int>()
///
///   override func mainBody() -> Turn {
///     while !outbox.isFull, let number = inbox.take() { outbox.post(2 * number) }
///     return .pause
///   }
/// }
/// ```
/// While it pauses, any message in an inbox, room in an outbox found full, a child's end or a timer
/// gives it another turn. It ends by `.finished`, by an error, or by itself: when it pauses and every
/// inbox that was linked has finished and is empty.
open class CallbackComponent: Component {
  /// What the component wants after this turn.
  public enum Turn: Sendable {
    /// Another turn, after the others had theirs.
    case again
    /// A turn when something has happened.
    case pause
    /// None: it has done its work.
    case finished
  }

  /// Called once, in the first turn, before `mainBody`.
  ///
  /// Does nothing by default.
  open func initialiseComponent() throws {}

  /// One turn.
  ///
  /// Must not block. Finished at once by default.
  open func mainBody() throws -> Turn { .finished }

  /// Called once at the end, also after an error; the boxes still work.
  ///
  /// Does nothing by default.
  open func closeDownComponent() {}

  /// Whether it ends by itself when it pauses and its inboxes have nothing more for it; default true.
  ///
  /// A component that also waits for something outside, such as a socket, says no.
  open var endsWithItsInputs: Bool { true }

  /// Gives the component a turn after this time, if it still pauses then.
  public final func wake(after delay: Duration) {
    guard let core = unsafe core, let handle = unsafe core.pointee.handle else { return }
    unsafe scheduler.setAlarm(at: now + delay, .wake(handle.takeUnretainedValue()))
  }

  override var embodiment: Embodiment { .callback }

  /// Whether a stop ends it in its next turn, or it must see to that itself.
  var endsAtOnce: Bool { true }

  /// Whether every inbox that was linked has finished and is empty, and no outbox waits for room.
  var inputsAreUsedUp: Bool {
    var answers: [Bool] = []
    forEachBox { box in
      if box.waitsForRoom { answers.append(false) }
      if let isUsedUp = (box as? any Finishable)?.isUsedUp { answers.append(isUsedUp) }
    }
    return !answers.isEmpty && answers.allSatisfy { $0 }
  }
}

/// An inbox, whatever its messages.
protocol Finishable: Box {
  /// Finished and empty; `nil` for one that was never linked or stays open.
  var isUsedUp: Bool? { get }
  func finish()
}
