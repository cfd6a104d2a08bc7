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
  /// Nothing that concerns a reader, who finds in the ring what came first also from elsewhere.
  @inlinable var allowsTaking: Bool { rawValue & ~1 == 0 }
}

/// The queue of an inbox: a ring buffer that only the owner's home thread touches.
///
/// Plain memory behind a pointer, because a class with exclusivity checks and reference counts takes
/// 70 ns a hop and this takes 2. `Inbox` owns and frees it. Not generic, since unspecialised code would
/// look up what it is for each message type again and again, at 300 instructions each time.
@safe @usableFromInline
struct InboxState {
  /// Messages of the inbox's type.
  @usableFromInline var ring: UnsafeMutableRawPointer?
  /// Not the first field: other threads read it, and the thread sanitizer takes a change of any
  /// field by a method for one of the first.
  @usableFromInline var core: CorePointer? {
    didSet { if unsafe core == nil { mark(.unowned) } else { unmark(.unowned) } }
  }
  /// Messages that ever came into the ring; the next one's place in it, but for the mask.
  @usableFromInline var put = 0
  /// Messages that ever left it.
  @usableFromInline var taken = 0
  /// Slots of the ring less one; their number is a power of two.
  @usableFromInline var mask: UInt32 = .max
  /// With fewer messages than this the next one may come in without a further look: there are slots
  /// enough, and nothing calls for attention.
  @usableFromInline var limit: UInt32 = 0
  @usableFromInline let capacity: UInt32
  /// Slots promised to senders that were woken and haven't sent yet.
  @usableFromInline var reserved: Int32 = 0 {
    didSet { setLimit() }
  }
  /// Changed by `mark` and `unmark`, which keep `limit` right.
  @usableFromInline private(set) var attention = Attention.unowned
  @usableFromInline let whenFull: WhenFull
  /// Its one sender waits for room, in `parkedSender` or as `parkedCore`.
  @usableFromInline var isSenderParked = false
  /// Exactly one outbox sends here, and it lives on the same thread: it may park, since a slot that
  /// gets free can be nobody else's.
  @usableFromInline var hasOneSender = false
  var dropped: Int32 = 0
  /// The owner, waiting in `next` for a message.
  @usableFromInline var waiter: UnsafeContinuation<Void, Never>?
  var senders: [Waiting] = []
  @usableFromInline var parkedSender: UnsafeContinuation<Void, Never>?
  @usableFromInline var parkedCore: CorePointer?

  init(capacity: Int, whenFull: WhenFull) {
    self.capacity = UInt32(clamping: capacity)
    self.whenFull = whenFull
  }

  @inlinable var count: Int { put &- taken }

  var hasRoom: Bool { count &+ Int(reserved) < Int(capacity) }

  mutating func mark(_ sign: Attention) {
    attention.insert(sign)
    setLimit()
  }

  mutating func unmark(_ sign: Attention) {
    attention.remove(sign)
    setLimit()
  }

  private var slots: Int { Int(mask &+ 1) }

  private mutating func setLimit() {
    limit =
      attention.isNone ? UInt32(clamping: min(Int(capacity) - Int(reserved), slots)) : 0
  }

  /// Puts a message behind the others.
  ///
  /// There is room, or the caller knows why it may exceed it.
  mutating func append<Message>(_ message: consuming Message) {
    if count == slots { grow(of: Message.self) }
    unsafe slot(of: put, as: Message.self).initialize(to: message)
    put &+= 1
  }

  /// Where in the ring the message of this number lies.
  ///
  /// There is a ring.
  @inlinable @inline(__always)
  func slot<Message>(of number: Int, as type: Message.Type) -> UnsafeMutablePointer<Message> {
    let place = Int(UInt32(truncatingIfNeeded: number) & mask)
    return unsafe ring.unsafelyUnwrapped.assumingMemoryBound(to: Message.self) + place
  }

  /// Whether the next message may come in without a further look.
  @inlinable var isWithinLimit: Bool { UInt32(truncatingIfNeeded: put &- taken) < limit }

  /// Puts a message behind the others.
  ///
  /// There are fewer than `limit`.
  @inlinable @inline(__always)
  mutating func appendWithinLimit<Message>(_ message: consuming Message) {
    unsafe slot(of: put, as: Message.self).initialize(to: message)
    put &+= 1
  }

  /// Takes the oldest message.
  ///
  /// There is one.
  @inlinable @inline(__always)
  mutating func removeFirst<Message>(as type: Message.Type) -> Message {
    let message = unsafe slot(of: taken, as: type).move()
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

  private mutating func grow<Message>(of type: Message.Type) {
    let larger = max(2, slots * 2)
    let target = UnsafeMutablePointer<Message>.allocate(capacity: larger)
    for number in taken..<put {
      let message = unsafe slot(of: number, as: type).move()
      unsafe (target + number & (larger - 1)).initialize(to: message)
    }
    unsafe ring?.deallocate()
    unsafe ring = UnsafeMutableRawPointer(target)
    mask = UInt32(larger - 1)
    setLimit()
  }

  mutating func removeAll<Message>(as type: Message.Type) {
    while put != taken { _ = removeFirst(as: type) }
  }

  mutating func free<Message>(as type: Message.Type) {
    removeAll(as: type)
    unsafe ring?.deallocate()
    unsafe ring = nil
  }
}

extension UnsafeMutablePointer<InboxState> {
  /// Whether the one sender there is finds the inbox full and may park.
  ///
  /// Asked of the pointer: the struct would be copied, with a retain and a release.
  @inlinable @inline(__always)
  func canParkSender() -> Bool {
    unsafe pointee.hasOneSender && pointee.put &- pointee.taken >= Int(pointee.capacity)
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
