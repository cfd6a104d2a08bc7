// SPDX-License-Identifier: Apache-2.0

/// A time or a span in microseconds; times count from the recording's first picture.
typealias Microseconds = Int64

/// Makes one continuous time of what a container with jumps says (two recordings joined).
///
/// Only for containers that may jump (TS, PS) and only while reading on: after a seek nothing is
/// known of what lies between. One packet alone with a time far off is a damaged packet, no jump.
struct Timeline {
  /// A step further than this, forth or back, is a jump.
  static let largestStep: Microseconds = 10_000_000

  /// Where a packet lies in our time.
  struct Place: Equatable {
    /// When it is decoded.
    let decodeTime: Microseconds
    /// The container's time jumped: this packet confirms it.
    let followsJump: Bool
    /// The container's time of this packet is wrong.
    let isOutlier: Bool
    /// The packet before it, the first after a seek, had a time far off: forget that one.
    var beginsAnew = false
  }

  /// One picture's time, which a jump is given as its step.
  let frameDuration: Microseconds
  /// The container's times may jump.
  let mayJump: Bool

  /// Added to the container's times.
  private(set) var offset: Microseconds = 0
  private var last: Microseconds?
  /// The container's time of a packet far off, until the next one tells what it was.
  private var suspect: Microseconds?
  /// Only one packet was placed since the seek: it may be the one that is wrong.
  private var isUnconfirmed = false
  private var isAfterSeek = false

  init(frameDuration: Microseconds, mayJump: Bool) {
    self.frameDuration = frameDuration
    self.mayJump = mayJump
  }

  /// Takes the container's decode time of the next packet in file order.
  mutating func place(_ raw: Microseconds) -> Place {
    guard mayJump, let last, !isNear(raw + offset, last) else {
      isUnconfirmed = last == nil && isAfterSeek
      return settle(at: raw + offset, followsJump: false)
    }
    if isUnconfirmed {
      self.last = raw + offset
      return Place(
        decodeTime: raw + offset, followsJump: false, isOutlier: false, beginsAnew: true)
    }
    guard let suspect, isNear(raw, suspect) else {
      self.suspect = raw
      self.last = last + frameDuration
      return Place(decodeTime: last + frameDuration, followsJump: false, isOutlier: true)
    }
    offset = last + frameDuration - raw
    return settle(at: last + frameDuration, followsJump: true)
  }

  /// The next packet doesn't follow the last one: a seek lies between.
  mutating func forgetPosition() {
    last = nil
    suspect = nil
    isAfterSeek = true
  }

  private mutating func settle(at time: Microseconds, followsJump: Bool) -> Place {
    last = time
    suspect = nil
    return Place(decodeTime: time, followsJump: followsJump, isOutlier: false)
  }

  private func isNear(_ one: Microseconds, _ other: Microseconds) -> Bool {
    abs(one - other) <= Self.largestStep
  }
}
