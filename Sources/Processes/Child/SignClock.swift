// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// When the child is to give a sign of life: while it isn't done, at the interval asked for.
struct SignClock {
  /// As the parent asked; without one, the first sign is the only one.
  var interval: Duration?
  /// Frames that it was done with when it last said so.
  var done: UInt32 = 0
  private var isReady = false
  private var next: Instant?

  mutating func isDue(framesIn: UInt32, of component: Component) -> Bool {
    if !isReady {
      isReady = true
      return true
    }
    if let next {
      guard component.now >= next else { return false }
      self.next = nil
      return true
    }
    windUp(framesIn: framesIn, of: component)
    return false
  }

  /// Sets the next sign, if there is something left to tell.
  mutating func windUp(framesIn: UInt32, of component: Component) {
    guard let interval, next == nil, done != framesIn else { return }
    let moment = component.now + interval
    next = moment
    component.scheduler.wake(component.handle, at: moment)
  }
}
