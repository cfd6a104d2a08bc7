// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux

/// Whether a child process hangs: it owes something, could say something, and gives no sign.
///
/// It owes a first sign; then, for every frame it was given, the word that it is done with it. A sign
/// is any frame or heartbeat, and any change on its board: slow is not dead. A child that owes nothing
/// costs no wake-up.
struct DeadlineClock {
  private let limit: Duration?
  private let budget: CPUBudget?
  private let board: ProgressBoard
  /// Frames that it was given and is done with, as it last said.
  private var done: UInt32 = 0
  private(set) var isReady = false
  private var mustEnd = false
  private var lastSign: Instant
  private var nextLook: Instant?
  /// What the board said at the last look.
  private var progress: UInt64 = 0
  /// Where its budget began: at the last frame that it sent, as far as anybody looked.
  private var start: (progress: UInt64, time: Int64)?
  /// It is time to look what it has used.
  private var isToBeAudited = false

  init(limit: Duration?, budget: CPUBudget?, board: ProgressBoard, now: Instant) {
    self.limit = limit
    self.budget = budget
    self.board = board
    lastSign = now
  }

  mutating func sawSign(at now: Instant) {
    lastSign = now
    isReady = true
  }

  /// A frame, which is more than a sign: it got somewhere.
  mutating func sawFrame() { start = nil }

  mutating func isDone(with frames: UInt32) { done = frames }

  mutating func wasAskedToEnd(now: Instant) {
    if !mustEnd, isReady { lastSign = now }
    mustEnd = true
  }

  /// A debt begins when there was none; what we don't take isn't the child's to give.
  mutating func isHeldUp(_ isHeldUp: Bool, framesOut: UInt32, now: Instant) {
    guard isHeldUp || !owes(framesOut) else { return }
    lastSign = now
    start = nil
  }

  /// Whether the time is over; else sees to it that it is looked at again.
  mutating func isOver(
    waiting: Bool, _ framesOut: UInt32, of component: ProcessComponent
  ) -> Bool {
    guard let limit, !waiting, owes(framesOut) else { return false }
    let now = component.now
    let progress = board.progress
    if progress != self.progress {
      self.progress = progress
      lastSign = now
    }
    let end = lastSign + limit
    if now >= end { return true }
    if let nextLook, nextLook > now { return false }
    isToBeAudited = true
    // The board tells that something changed, not when: looked at often, it tells that, too.
    let look = min(end, now + limit / 3)
    nextLook = look
    component.scheduler.wake(component.handle, at: look)
    return false
  }

  /// Seconds of CPU time since its last frame, when that is more than what it did is worth.
  mutating func overspent(by process: Int32) -> Int? {
    guard let budget, isToBeAudited else { return nil }
    isToBeAudited = false
    let time = clinux_cpu_time(process)
    guard time >= 0 else { return nil }
    guard let start else {
      start = (progress, time)
      return nil
    }
    let used = Duration.nanoseconds(time - start.time)
    let isTooMuch = used > budget.allowance(for: progress &- start.progress)
    return isTooMuch ? Int(used.components.seconds) : nil
  }

  private func owes(_ framesOut: UInt32) -> Bool { !isReady || mustEnd || done != framesOut }
}
