// SPDX-License-Identifier: Apache-2.0

/// A time or a span in microseconds; times count from the recording's first picture.
typealias Microseconds = Int64

/// Makes one continuous time of what a container with jumps says (two recordings joined).
///
/// Only for containers that may jump (TS, PS) and only while reading on: after a seek nothing is
/// known of what lies between.
struct Timeline {
  /// A step further than this, forth or back, is a jump.
  static let largestStep: Microseconds = 10_000_000

  /// One picture's time, which a jump is given as its step.
  let frameDuration: Microseconds
  /// The container's times may jump.
  let mayJump: Bool

  /// Added to the container's times.
  private(set) var offset: Microseconds = 0
  private var last: Microseconds?

  init(frameDuration: Microseconds, mayJump: Bool) {
    self.frameDuration = frameDuration
    self.mayJump = mayJump
  }

  /// Takes the decode time of the next packet in file order.
  ///
  /// - Returns: Whether the container's time jumped before it; `offset` then continues ours.
  mutating func advance(to raw: Microseconds) -> Bool {
    var jumped = false
    if mayJump, let last, abs(raw + offset - last) > Self.largestStep {
      offset = last + frameDuration - raw
      jumped = true
    }
    last = raw + offset
    return jumped
  }

  /// The next packet doesn't follow the last one: a seek lies between.
  mutating func forgetPosition() { last = nil }
}
