// SPDX-License-Identifier: Apache-2.0

/// Why a push or a pop must leave the fast way.
@usableFromInline
struct Attention: OptionSet, Sendable {
  @usableFromInline let rawValue: UInt8
  @usableFromInline init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Other threads send here too.
  static let shared = Attention(rawValue: 1)
  /// Senders wait for room.
  static let senders = Attention(rawValue: 2)
  /// Messages are signals, which the component's base reads.
  static let control = Attention(rawValue: 4)
  /// The owner has ended or must stop.
  static let closed = Attention(rawValue: 8)
  /// All producers have finished.
  static let finished = Attention(rawValue: 16)

  @inlinable var isNone: Bool { rawValue == 0 }
}

/// The queue of an inbox: a ring buffer that only the owner's home thread touches.
///
/// Plain memory behind a pointer, because a class with exclusivity checks and reference counts takes
/// 70 ns a hop and this takes 2. `Inbox` owns and frees it.
@safe @usableFromInline
struct InboxState<Message> {
  @usableFromInline var core: CorePointer?
  @usableFromInline var ring: UnsafeMutablePointer<Message>?
  @usableFromInline var head: Int32 = 0
  @usableFromInline var count: Int32 = 0
  @usableFromInline var allocated: Int32 = 0
  @usableFromInline let capacity: Int32
  @usableFromInline var attention: Attention = []
  let whenFull: WhenFull
  /// Slots promised to senders that were woken and haven't sent yet.
  @usableFromInline var reserved: Int32 = 0
  var dropped: Int32 = 0
  /// The owner, waiting in `next` for a message.
  @usableFromInline var waiter: UnsafeContinuation<Void, Never>?
  var senders: [Waiting] = []

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = Int32(clamping: capacity)
    self.whenFull = whenFull
  }

  @inlinable var hasRoom: Bool { count &+ reserved < capacity }

  /// Puts a message behind the others. There is room, or the caller knows why it may exceed it.
  @inlinable
  mutating func append(_ message: consuming Message) {
    if count == allocated { grow() }
    guard let ring = unsafe ring else { return }
    var place = head &+ count
    if place >= allocated { place &-= allocated }
    unsafe (ring + Int(place)).initialize(to: message)
    count &+= 1
  }

  /// Takes the oldest message. There is one.
  @inlinable
  mutating func removeFirst(from ring: UnsafeMutablePointer<Message>) -> Message {
    let message = unsafe (ring + Int(head)).move()
    head &+= 1
    if head == allocated { head = 0 }
    count &-= 1
    return message
  }

  /// Wakes whoever waits for this message: the owner in `next`, or the owner pausing.
  @inlinable
  mutating func wakeOwner() {
    if let waiter = unsafe waiter {
      unsafe self.waiter = nil
      unsafe waiter.resume()
    } else if let core = unsafe core {
      unsafe core.wake()
    }
  }

  @usableFromInline
  mutating func grow() {
    let larger = max(2, allocated &* 2)
    let target = UnsafeMutablePointer<Message>.allocate(capacity: Int(larger))
    if let ring = unsafe ring {
      let tail = Int(allocated &- head)
      unsafe target.moveInitialize(from: ring + Int(head), count: tail)
      unsafe (target + tail).moveInitialize(from: ring, count: Int(head))
      unsafe ring.deallocate()
    }
    unsafe ring = target
    head = 0
    allocated = larger
  }

  mutating func removeAll() {
    guard let ring = unsafe ring else { return }
    while count > 0 { _ = unsafe removeFirst(from: ring) }
  }

  mutating func free() {
    removeAll()
    unsafe ring?.deallocate()
    unsafe ring = nil
  }
}

/// A sender that waits for room in a full inbox.
@safe
struct Waiting {
  let box: Box
  /// The async form's wait; without one, the owner of `box` is woken.
  let continuation: UnsafeContinuation<Void, Never>?

  func wake() {
    if let continuation = unsafe continuation {
      unsafe continuation.resume()
    } else if let home = wiring.withLock({ _ in box.home }) {
      if home.isHere { box.wakeAtHome() } else { home.post(.wake(box)) }
    }
  }
}
