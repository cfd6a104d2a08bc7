// SPDX-License-Identifier: Apache-2.0

/// How far apart the key pictures lie, learned from those read one after the other.
struct KeyRhythm {
  private var gaps: [Microseconds] = []
  private var last: Microseconds?
  private let fallback: Microseconds
  private static let memory = 9
  private var hits = 0
  private var misses = 0

  /// - Parameter fallback: Taken for the gap until one is known.
  init(fallback: Microseconds) { self.fallback = fallback }

  /// A key picture was read, right after the one before.
  mutating func note(_ time: Microseconds) {
    if let last, time > last {
      if gaps.count == Self.memory { gaps.removeFirst() }
      gaps.append(time - last)
    }
    last = time
  }

  /// The next key picture read doesn't follow the last one.
  mutating func forgetPosition() { last = nil }

  // MARK: Expecting

  /// Where the key picture nearest to a time should be, counted from one that is known.
  ///
  /// - Returns: `nil` where key pictures came too often where none was expected.
  func expected(near time: Microseconds, from known: Microseconds?) -> Microseconds? {
    guard isKnown, let known, misses <= hits + 1 else { return nil }
    let step = typical
    return known + (time - known + step / 2) / step * step
  }

  /// Whether a key picture was where it was expected.
  mutating func judge(_ isHit: Bool) {
    if isHit { hits += 1 } else { misses += 1 }
    // What was long ago counts less.
    if hits + misses > 16 { (hits, misses) = (hits / 2, misses / 2) }
  }

  /// At least one gap is known.
  var isKnown: Bool { !gaps.isEmpty }

  /// The middle one of the last gaps.
  var typical: Microseconds {
    isKnown ? gaps.sorted()[gaps.count / 2] : fallback
  }

  /// The shortest of the last gaps.
  var shortest: Microseconds { gaps.min() ?? 0 }

  /// The longest of the last gaps.
  var longest: Microseconds { gaps.max() ?? fallback }
}
