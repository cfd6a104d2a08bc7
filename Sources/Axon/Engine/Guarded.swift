// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A value under a lock, in a class that others may hold.
///
/// The lock is the C library's, not `Synchronization.Mutex`: that one locks inside the runtime's own
/// library, where the thread sanitizer doesn't see it and takes all that it guards for races. It
/// costs 1 ns more.
@safe
package final class Guarded<Value>: @unchecked Sendable {
  // Unchecked: `value` is touched under the lock only.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  package init(_ value: Value) {
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe prepare(mutex)
    unsafe self.value = .allocate(capacity: 1)
    unsafe self.value.initialize(to: value)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
  }

  /// The lock alone, for whoever guards something else by it.
  func hold() { unsafe pthread_mutex_lock(mutex) }
  func letGo() { unsafe pthread_mutex_unlock(mutex) }

  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return unsafe body(&value.pointee)
  }
}

/// Makes a lock ready that is held for some nanoseconds at a time: who finds it taken looks again for
/// a moment before it sleeps in the kernel, which would take a thousand times as long.
func prepare(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
  var attributes = pthread_mutexattr_t()
  unsafe pthread_mutexattr_init(&attributes)
  unsafe pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
  unsafe pthread_mutex_init(mutex, &attributes)
  unsafe pthread_mutexattr_destroy(&attributes)
}
