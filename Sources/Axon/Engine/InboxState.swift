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
  /// It has no owner: without this sign `core` is there.
  static let unowned = Attention(rawValue: 32)

  @inlinable var isNone: Bool { rawValue == 0 }
}

/// The queue of an inbox: a ring buffer that only the owner's home thread touches.
///
/// Plain memory behind a pointer, because a class with exclusivity checks and reference counts takes
/// 70 ns a hop and this takes 2. `Inbox` owns and frees it.
@safe @usableFromInline
struct InboxState<Message> {
  @usableFromInline var core: CorePointer? {
    didSet { if unsafe core == nil { mark(.unowned) } else { unmark(.unowned) } }
  }
  @usableFromInline var ring: UnsafeMutablePointer<Message>?
  /// Messages that ever came into the ring; the next one's place in it, but for the mask.
  @usableFromInline var put = 0
  /// Messages that ever left it.
  @usableFromInline var taken = 0
  /// Slots of the ring less one; their number is a power of two.
  @usableFromInline var mask = -1
  /// With fewer messages than this the next one may come in without a further look: there are slots
  /// enough, and nothing calls for attention.
  @usableFromInline var limit = 0
  @usableFromInline let capacity: Int
  /// Slots promised to senders that were woken and haven't sent yet.
  @usableFromInline var reserved = 0 {
    didSet { setLimit() }
  }
  /// Changed by `mark` and `unmark`, which keep `limit` right.
  @usableFromInline private(set) var attention = Attention.unowned
  @usableFromInline let whenFull: WhenFull
  /// Exactly one outbox sends here, and it lives on the same thread: it may park, since a slot that
  /// gets free can be nobody else's.
  @usableFromInline var hasOneSender = false
  var dropped: Int32 = 0
  /// The owner, waiting in `next` for a message.
  @usableFromInline var waiter: UnsafeContinuation<Void, Never>?
  /// Its one sender waits for room, in `parkedSender` or as `parkedCore`.
  @usableFromInline var isSenderParked = false
  var senders: [Waiting] = []
  @usableFromInline var parkedSender: UnsafeContinuation<Void, Never>?
  @usableFromInline var parkedCore: CorePointer?

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = capacity
    self.whenFull = whenFull
  }

  @inlinable var count: Int { put &- taken }

  var hasRoom: Bool { count &+ reserved < capacity }

  mutating func mark(_ sign: Attention) {
    attention.insert(sign)
    setLimit()
  }

  mutating func unmark(_ sign: Attention) {
    attention.remove(sign)
    setLimit()
  }

  private mutating func setLimit() {
    limit = attention.isNone ? min(capacity &- reserved, mask &+ 1) : 0
  }

  /// Puts a message behind the others.
  ///
  /// There is room, or the caller knows why it may exceed it.
  mutating func append(_ message: consuming Message) {
    if count > mask { grow() }
    guard let ring = unsafe ring else { return }
    unsafe (ring + put & mask).initialize(to: message)
    put &+= 1
  }

  /// Puts a message behind the others.
  ///
  /// There are fewer than `limit`.
  @inlinable @inline(__always)
  mutating func appendWithinLimit(_ message: consuming Message) {
    unsafe (ring.unsafelyUnwrapped + put & mask).initialize(to: message)
    put &+= 1
  }

  /// Takes the oldest message.
  ///
  /// There is one.
  @inlinable @inline(__always)
  mutating func removeFirst() -> Message {
    let message = unsafe (ring.unsafelyUnwrapped + taken & mask).move()
    taken &+= 1
    return message
  }

  /// Wakes whoever waits for this message: the owner in `next`, or the owner pausing.
  ///
  /// It has an owner.
  @inlinable @inline(__always)
  mutating func wakeOwner() {
    let core = unsafe self.core.unsafelyUnwrapped
    if unsafe core.pointee.waits != 0, unsafe !core.pointee.isCallback,
      let waiter = unsafe waiter
    {
      unsafe self.waiter = nil
      unsafe waiter.resume()
    } else {
      unsafe core.wake()
    }
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

  private mutating func grow() {
    let larger = max(2, (mask &+ 1) &* 2)
    let target = UnsafeMutablePointer<Message>.allocate(capacity: larger)
    if let ring = unsafe ring {
      for place in taken..<put {
        let message = unsafe (ring + place & mask).move()
        unsafe (target + place & (larger &- 1)).initialize(to: message)
      }
      unsafe ring.deallocate()
    }
    unsafe ring = target
    mask = larger &- 1
    setLimit()
  }

  mutating func removeAll() {
    while put != taken { _ = removeFirst() }
  }

  mutating func free() {
    removeAll()
    unsafe ring?.deallocate()
    unsafe ring = nil
  }
}

extension UnsafeMutablePointer {
  /// Whether the one sender there is finds the inbox full and may park.
  ///
  /// Asked of the pointer: the struct would be copied, with a retain and a release.
  @inlinable @inline(__always)
  func canParkSender<Message>() -> Bool where Pointee == InboxState<Message> {
    unsafe pointee.hasOneSender && pointee.put &- pointee.taken >= pointee.capacity
      && pointee.reserved == 0 && pointee.attention.isNone && pointee.whenFull == .wait
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
