// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A value under a lock, in a class that others may hold.
///
/// The lock is the C library's, not `Synchronization.Mutex`: that one locks inside the runtime's own
/// library, where the thread sanitizer doesn't see it and takes all that it guards for races. It
/// costs 1 ns more.
@safe
final class Guarded<Value>: @unchecked Sendable {
  // Unchecked: `value` is touched under the lock only.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  /// - Parameters:
  ///   - value: what is guarded.
  ///   - isRecursive: whether a thread that holds the lock may take it again.
  init(_ value: Value, isRecursive: Bool = false) {
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    var kind = pthread_mutexattr_t()
    unsafe pthread_mutexattr_init(&kind)
    if isRecursive { unsafe pthread_mutexattr_settype(&kind, Int32(PTHREAD_MUTEX_RECURSIVE)) }
    unsafe pthread_mutex_init(mutex, &kind)
    unsafe pthread_mutexattr_destroy(&kind)
    unsafe self.value = .allocate(capacity: 1)
    unsafe self.value.initialize(to: value)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
  }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return unsafe body(&value.pointee)
  }
}
