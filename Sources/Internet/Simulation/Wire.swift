// SPDX-License-Identifier: Apache-2.0
import Axon

/// One direction of a simulated connection: what is under way, and what waits to be read.
///
/// Plain data that knows neither clock nor chance: a connection asks and decides.
struct Wire {
  /// Bytes that arrive together.
  struct Segment {
    var count: Int
    let arrival: Instant
    /// The connection breaks instead of this one's arrival.
    let isLast: Bool
  }

  /// Most bytes under way, and most that wait for the reader.
  let room: Int
  /// Waiting to be read, then under way; what is before `head` was read.
  private var bytes: Bytes = []
  private var head = 0
  private(set) var arrived = 0
  private var segments: [Segment] = []
  private var firstSegment = 0
  /// When the last byte so far comes, and the end behind it, once there is one.
  private(set) var lastArrival = Instant(nanoseconds: 0)
  private(set) var endArrival: Instant?
  /// Until when the way is busy with what was sent.
  var busyUntil = Instant(nanoseconds: 0)
  /// The end has arrived.
  private(set) var hasEnded = false
  /// The writer found no room, and is to be told when there is some.
  var wasRefused = false
  /// A writer whose message was taken in part finds no room until then.
  var closedUntil = Instant(nanoseconds: 0)
  /// The reader's place is full.
  var isFull: Bool { arrived == room }
  /// An alarm is set for what comes next.
  var isAwaited = false
  /// Since when a partition has held up what should have arrived.
  var heldSince: Instant?

  init(room: Int) { self.room = room }

  var underWay: Int { bytes.count - head - arrived }
  var roomForMore: Int { room - underWay }
  var next: Segment? { firstSegment < segments.count ? segments[firstSegment] : nil }

  /// When something will arrive, if all goes well.
  var nextArrival: Instant? { next?.arrival ?? (hasEnded ? nil : endArrival) }

  mutating func append(_ some: UnsafeRawBufferPointer) { unsafe bytes.append(contentsOf: some) }

  /// Puts what was appended on its way, or a part of it.
  mutating func depart(_ segment: Segment) {
    segments.append(segment)
    lastArrival = segment.arrival
  }

  mutating func finish(arriving moment: Instant) {
    endArrival = moment
    lastArrival = moment
  }

  /// Lets the next segment arrive, or what of it the reader has place for; bytes that did.
  mutating func deliver() -> Int {
    let count = min(room - arrived, segments[firstSegment].count)
    arrived += count
    segments[firstSegment].count -= count
    if segments[firstSegment].count == 0 { firstSegment += 1 }
    if firstSegment == segments.count {
      segments.removeAll(keepingCapacity: true)
      firstSegment = 0
    }
    return count
  }

  mutating func deliverEnd() { hasEnded = true }

  /// Moves what has arrived to the reader; bytes moved.
  mutating func read(into place: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(place.count, arrived)
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe place.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[head..<head + count]))
    }
    head += count
    arrived -= count
    if head == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 4 * room {
      bytes.removeSubrange(..<head)
      head = 0
    }
    return count
  }

  /// The connection is lost: what is under way never arrives.
  mutating func cut() {
    bytes.removeLast(underWay)
    segments = []
    firstSegment = 0
    endArrival = nil
  }
}
