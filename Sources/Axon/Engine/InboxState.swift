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
  /// Slots of the ring less one; their number is a power of two.
  @usableFromInline var mask: Int32 = -1
  @usableFromInline let capacity: Int32
  @usableFromInline var attention: Attention = []
  @usableFromInline let whenFull: WhenFull
  /// Its one sender waits for room, in `parkedSender` or as `parkedCore`.
  @usableFromInline var isSenderParked = false
  /// Exactly one outbox sends here, and it lives on the same thread: it may park, since a slot that
  /// gets free can be nobody else's.
  @usableFromInline var hasOneSender = false
  /// Slots promised to senders that were woken and haven't sent yet.
  @usableFromInline var reserved: Int32 = 0
  var dropped: Int32 = 0
  /// The owner, waiting in `next` for a message.
  @usableFromInline var waiter: UnsafeContinuation<Void, Never>?
  var senders: [Waiting] = []
  @usableFromInline var parkedSender: UnsafeContinuation<Void, Never>?
  @usableFromInline var parkedCore: CorePointer?

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = Int32(clamping: capacity)
    self.whenFull = whenFull
  }

  @inlinable var hasRoom: Bool { count &+ reserved < capacity }

  /// Puts a message behind the others.
  ///
  /// There is room, or the caller knows why it may exceed it.
  @inlinable @inline(__always)
  mutating func append(_ message: consuming Message) {
    if count > mask { grow() }
    guard let ring = unsafe ring else { return }
    unsafe (ring + Int((head &+ count) & mask)).initialize(to: message)
    count &+= 1
  }

  /// Takes the oldest message.
  ///
  /// There is one.
  @inlinable @inline(__always)
  mutating func removeFirst(from ring: UnsafeMutablePointer<Message>) -> Message {
    let message = unsafe (ring + Int(head)).move()
    head = (head &+ 1) & mask
    count &-= 1
    return message
  }

  /// Wakes whoever waits for this message: the owner in `next`, or the owner pausing.
  @inlinable @inline(__always)
  mutating func wakeOwner() {
    if let waiter = unsafe waiter {
      unsafe self.waiter = nil
      unsafe waiter.resume()
    } else if let core = unsafe core {
      unsafe core.wake()
    }
  }

  /// Whether the one sender there is finds the inbox full and may park.
  @inlinable var canParkSender: Bool {
    hasOneSender && count >= capacity && reserved == 0 && attention.isNone && whenFull == .wait
  }

  /// There is room, or something else to see: wakes the sender that parked.
  @inlinable
  mutating func unparkSender() {
    isSenderParked = false
    if let sender = unsafe parkedSender {
      unsafe parkedSender = nil
      unsafe sender.resume()
    }
    if let core = unsafe parkedCore {
      unsafe parkedCore = nil
      unsafe core.wake()
    }
  }

  @usableFromInline
  mutating func grow() {
    let allocated = mask &+ 1
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
    mask = larger &- 1
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
