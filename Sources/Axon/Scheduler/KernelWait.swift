// SPDX-License-Identifier: Apache-2.0
import CLinux

/// A descriptor that the scheduler watches, and what is known of it: edge-triggered, so each flag
/// stays up until the one who found it untrue takes it down.
@safe
package final class Watch {
  /// What is known of the descriptor.
  package struct Ready {
    package var isReadable = true
    package var isWritable = true
    /// The other end has gone, or half of it.
    package var hasHungUp = false
  }

  /// Plain memory, valid as long as this object: sockets look at it several times a message.
  package let ready = UnsafeMutablePointer<Ready>.allocate(capacity: 1)
  /// Called on the scheduler's thread when something became ready.
  let notify: () -> Void

  package init(notify: @escaping () -> Void) {
    self.notify = notify
    unsafe ready.initialize(to: Ready())
  }

  deinit { unsafe ready.deallocate() }

  func take(_ events: UInt32) {
    if events & UInt32(CLINUX_READABLE) != 0 { unsafe ready.pointee.isReadable = true }
    if events & UInt32(CLINUX_WRITABLE) != 0 { unsafe ready.pointee.isWritable = true }
    if events & UInt32(CLINUX_HANGUP) != 0 { unsafe ready.pointee.hasHungUp = true }
    notify()
  }
}

/// Where a scheduler with nothing to do sleeps: the kernel's event queue.
///
/// The same wait serves timers (its timeout), other threads (an eventfd) and descriptors.
@safe
final class KernelWait: @unchecked Sendable {
  // Unchecked: `wake` may come from any thread and only reads `waker`.
  private let poll: Int32
  private let waker: Int32
  private var watches: [UInt64: Watch] = [:]
  private var lastToken: UInt64 = 0
  private let events = UnsafeMutablePointer<clinux_event>.allocate(capacity: 256)

  /// - Throws: ``KernelError`` when the process is out of descriptors.
  init() throws(KernelError) {
    var poll: Int32 = -1
    var waker: Int32 = -1
    let result = unsafe clinux_wait_open(&poll, &waker)
    self.poll = poll
    self.waker = waker
    if result < 0 { throw KernelError(operation: "open an event queue", code: -result) }
  }

  deinit {
    clinux_close(poll)
    clinux_close(waker)
    unsafe events.deallocate()
  }

  var isWatching: Bool { !watches.isEmpty }

  func add(_ descriptor: Int32, _ watch: Watch) throws(KernelError) -> UInt64 {
    lastToken += 1
    let result = clinux_wait_add(poll, descriptor, lastToken)
    if result < 0 { throw KernelError(operation: "watch a descriptor", code: -result) }
    watches[lastToken] = watch
    return lastToken
  }

  func remove(_ descriptor: Int32, token: UInt64) {
    guard watches.removeValue(forKey: token) != nil else { return }
    _ = clinux_wait_remove(poll, descriptor)
  }

  /// Sleeps until something is ready or the time has passed; `nil` sleeps for ever, 0 only looks.
  func sleep(nanoseconds: Int64?) {
    let count = unsafe clinux_wait(poll, events, 256, nanoseconds ?? -1)
    for place in 0..<max(0, Int(count)) {
      let event = unsafe events[place]
      if event.token == 0 {
        clinux_wake_clear(waker)
      } else {
        watches[event.token]?.take(event.ready)
      }
    }
  }

  func wake() { clinux_wake(waker) }

  static var now: Instant { Instant(nanoseconds: clinux_now()) }
}

/// The kernel refused something that a scheduler needs.
public struct KernelError: Error, CustomStringConvertible {
  /// What was tried.
  public let operation: String
  /// The C library's error number.
  public let code: Int32

  /// "open an event queue: Too many open files".
  public var description: String {
    let reason =
      unsafe clinux_error_text(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return "\(operation): \(reason)"
  }
}
