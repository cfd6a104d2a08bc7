// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What lies behind the side door of an inbox: a ring under a lock, for senders on other threads.
///
/// Plain memory behind a pointer and not generic, for the same reasons as ``InboxState``.
/// `SharedQueue`, which knows the messages' type, owns and frees it.
@safe @usableFromInline
struct DoorState {
  var mutex = unsafe pthread_mutex_t()
  /// Messages of the inbox's type.
  @usableFromInline var ring: UnsafeMutableRawPointer?
  /// Messages that ever came in.
  @usableFromInline var put = 0
  /// Messages that ever left, carried over or dropped.
  @usableFromInline var taken = 0
  /// Slots of the ring less one; their number is a power of two.
  @usableFromInline var mask: UInt32 = .max
  @usableFromInline let capacity: Int
  @usableFromInline let whenFull: WhenFull
  @usableFromInline var isClosed = false
  @usableFromInline var ownerSleeps = true
  /// Something came without a knock since the owner last looked.
  @usableFromInline var isUnseen = false
  /// Messages carried over that the owner hasn't used up, as far as it said.
  @usableFromInline var carried = 0
  @usableFromInline var reserved = 0
  var drops = 0
  var waiting: [Waiting] = []

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = capacity
    self.whenFull = whenFull
  }

  @inlinable var count: Int { put &- taken }
  @usableFromInline var slots: Int { Int(mask &+ 1) }
  @inlinable var hasRoom: Bool { count &+ carried &+ reserved < capacity }

  /// Where in the ring the message of this number lies.
  ///
  /// There is a ring.
  @inlinable @inline(__always)
  func slot<Message>(of number: Int, as type: Message.Type) -> UnsafeMutablePointer<Message> {
    let place = Int(UInt32(truncatingIfNeeded: number) & mask)
    return unsafe ring.unsafelyUnwrapped.assumingMemoryBound(to: Message.self) + place
  }

  /// Puts a message behind the others; true when the owner is to be knocked for.
  @inlinable
  mutating func append<Message>(_ message: consuming Message) -> Bool {
    if count == slots { grow(of: Message.self) }
    unsafe slot(of: put, as: Message.self).initialize(to: message)
    put &+= 1
    isUnseen = !ownerSleeps
    defer { ownerSleeps = false }
    return ownerSleeps
  }

  /// Takes the oldest message; there is one.
  mutating func removeFirst<Message>(as type: Message.Type) -> Message {
    let message = unsafe slot(of: taken, as: type).move()
    taken &+= 1
    return message
  }

  @usableFromInline
  mutating func grow<Message>(of type: Message.Type) {
    let larger = max(4, slots * 2)
    let target = UnsafeMutablePointer<Message>.allocate(capacity: larger)
    for number in taken..<put {
      let message = unsafe slot(of: number, as: type).move()
      unsafe (target + number & (larger - 1)).initialize(to: message)
    }
    unsafe ring?.deallocate()
    unsafe ring = UnsafeMutableRawPointer(target)
    mask = UInt32(larger - 1)
  }

  mutating func removeAll<Message>(as type: Message.Type) {
    while count > 0 { _ = removeFirst(as: type) }
  }

  /// Takes out the senders for whom there is room now.
  mutating func wakeable() -> [Waiting] {
    if waiting.isEmpty { return [] }
    let free = capacity - count - carried - reserved
    guard free > 0 else { return [] }
    let woken = Array(waiting.prefix(free))
    waiting.removeFirst(woken.count)
    reserved += woken.count
    return woken
  }
}

extension UnsafeMutablePointer<DoorState> {
  func prepareLock() { unsafe prepare(&pointee.mutex) }
  func dropLock() { unsafe pthread_mutex_destroy(&pointee.mutex) }
  @usableFromInline func lock() { unsafe pthread_mutex_lock(&pointee.mutex) }
  @usableFromInline func unlock() { unsafe pthread_mutex_unlock(&pointee.mutex) }

  /// Whether there is room for one message more; the lock is then held for it, by `append`.
  @inlinable
  func lockIfRoom() -> Bool {
    unsafe lock()
    if unsafe !pointee.isClosed, unsafe pointee.hasRoom { return true }
    unsafe unlock()
    return false
  }
}
