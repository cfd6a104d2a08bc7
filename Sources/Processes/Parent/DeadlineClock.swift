// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// Whether a child process hangs: it owes something, could say something, and gives no sign.
///
/// It owes a first sign; then, for every frame it was given, the word that it is done with it. A sign
/// is any frame or heartbeat: slow is not dead. A child that owes nothing costs no wake-up.
struct DeadlineClock {
  private let limit: Duration?
  /// Frames that it was given and is done with, as it last said.
  private var done: UInt32 = 0
  private(set) var isReady = false
  private var mustEnd = false
  private var lastSign: Instant
  private var nextLook: Instant?

  init(limit: Duration?, now: Instant) {
    self.limit = limit
    lastSign = now
  }

  mutating func sawSign(at now: Instant) {
    lastSign = now
    isReady = true
  }

  mutating func isDone(with frames: UInt32) { done = frames }

  mutating func wasAskedToEnd(now: Instant) {
    if !mustEnd, isReady { lastSign = now }
    mustEnd = true
  }

  /// A debt begins when there was none; what we don't take isn't the child's to give.
  mutating func isHeldUp(_ isHeldUp: Bool, framesOut: UInt32, now: Instant) {
    if isHeldUp || !owes(framesOut) { lastSign = now }
  }

  /// Whether the time is over; else sees to it that it is looked at again.
  mutating func isOver(
    waiting: Bool, _ framesOut: UInt32, of component: ProcessComponent
  ) -> Bool {
    guard let limit, !waiting, owes(framesOut) else { return false }
    let now = component.now
    let end = lastSign + limit
    if now >= end { return true }
    if let nextLook, nextLook > now { return false }
    nextLook = end
    component.scheduler.wake(component.handle, at: end)
    return false
  }

  private func owes(_ framesOut: UInt32) -> Bool { !isReady || mustEnd || done != framesOut }
}
