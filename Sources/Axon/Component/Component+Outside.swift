// SPDX-License-Identifier: Apache-2.0

/// For components that answer for something outside, such as a process.
extension Component {
  /// Waits until something happens, as `pause` does, but also while the component must stop: what it
  /// has outside is still to be brought to its end.
  package final func pauseToTheEnd() async {
    guard let core = unsafe core, let async = unsafe core.pointee.async else {
      preconditionFailure("\(type(of: self)) has no async main")
    }
    if unsafe core.pointee.budget <= 0 { await yield() }
    unsafe core.pointee.budget &-= 1
    if unsafe !core.pointee.hasEvent { await unsafe async.takeUnretainedValue().pause() }
    unsafe core.pointee.hasEvent = false
  }
}

extension Scheduler {
  /// Whether other components than the one whose turn it is are awake.
  ///
  /// Scheduler's thread only.
  package var hasOthersAwake: Bool { unsafe queue.pointee.first != nil }

  /// Whether something is to happen at some time.
  ///
  /// Scheduler's thread only.
  package var hasTimers: Bool { !timers.isEmpty }
}
