// SPDX-License-Identifier: Apache-2.0

/// The place of a scheduler inside a component of another: whom it wakes when it needs turns, whose
/// clock and whose wait it uses.
///
/// It has neither a thread nor descriptors of its own.
@safe
final class Lodging: @unchecked Sendable {
  // Unchecked: `watches` and `alarm` are touched on the outer scheduler's thread only.
  let outer: Scheduler
  /// The component.
  let host: Handle
  /// Descriptors watched for those inside, by token.
  private var watches: [UInt64: Int32] = [:]
  private var alarm: HostAlarm?

  init(of host: Handle, on outer: Scheduler) {
    self.host = host
    self.outer = outer
  }

  var isWatching: Bool { !watches.isEmpty }

  /// Has a descriptor watched in the outer scheduler's wait.
  func watch(_ descriptor: Int32, _ watch: Watch) throws(KernelError) -> UInt64 {
    let token = try outer.watch(descriptor, watch)
    watches[token] = descriptor
    return token
  }

  func unwatch(_ descriptor: Int32, token: UInt64) {
    guard watches.removeValue(forKey: token) != nil else { return }
    outer.unwatch(descriptor, token: token)
  }

  /// Has the host woken at this moment, and at no other.
  func setAlarm(at moment: Instant?) {
    if let alarm, !alarm.isSpent, alarm.moment == moment { return }
    alarm?.isSpent = true
    alarm = moment.map { HostAlarm(at: $0, for: host) }
    if let moment, let alarm { outer.setAlarm(at: moment, .host(alarm)) }
  }

  /// Leaves nothing behind at the outer scheduler.
  func end() {
    setAlarm(at: nil)
    for (token, descriptor) in watches { outer.unwatch(descriptor, token: token) }
    watches = [:]
  }
}

/// Wakes the component that hosts a scheduler, for the soonest timer inside.
final class HostAlarm {
  let moment: Instant
  private let host: Handle
  var isSpent = false

  init(at moment: Instant, for host: Handle) {
    self.moment = moment
    self.host = host
  }

  func ring() {
    isSpent = true
    host.wake()
  }
}
