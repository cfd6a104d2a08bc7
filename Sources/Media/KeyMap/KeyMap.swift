// SPDX-License-Identifier: Apache-2.0

/// Where a recording's key pictures lie, as far as it was read: 24 bytes for each.
///
/// A value: kept beside a recording's pictures and given to the next one who reads the recording, it
/// saves that one the search. Times are in microseconds from the recording's first picture. Empty for
/// containers that bring a list of their own (MP4, Matroska's cues, AVI).
public struct KeyMap: Equatable, Sendable {
  /// One key picture.
  public struct Key: Equatable, Sendable {
    /// When it is shown.
    public let time: Int64
    /// The byte with which its packet begins, or one shortly before; -1 where that isn't told.
    public let position: Int64
    /// Bytes of its packet.
    public let size: Int

    package init(time: Int64, position: Int64, size: Int) {
      self.time = time
      self.position = position
      self.size = size
    }
  }

  /// A stretch of time in which every key picture is known.
  package struct Span: Equatable, Sendable {
    package var from: Int64
    package var through: Int64

    package init(from: Int64, through: Int64) {
      self.from = from
      self.through = through
    }
  }

  /// Which file a map belongs to, as far as opening it tells.
  package struct Identity: Equatable, Sendable {
    /// The container's time of the first picture, in its own ticks.
    package var startTicks: Int64
    package var streamIndex: Int32
    /// Bytes of the file when the map was last grown.
    package var bytes: Int64

    package init(startTicks: Int64, streamIndex: Int32, bytes: Int64) {
      self.startTicks = startTicks
      self.streamIndex = streamIndex
      self.bytes = bytes
    }
  }

  /// The key pictures known, in order of time.
  public private(set) var keys: [Key] = []
  /// The container's times jump (two recordings joined): it must be read through, from the beginning.
  public package(set) var hasJumps = false

  package private(set) var spans: [Span] = []
  package var identity: Identity
  /// The end of the last picture, where reading came there.
  package var end: Int64?

  /// Two pictures nearer than this are one, whose time was told differently on two ways to it.
  package static let sameness: Int64 = 2_000

  /// A map of nothing yet.
  package init(identity: Identity) { self.identity = identity }

  package init(identity: Identity, keys: [Key], spans: [Span], end: Int64?, hasJumps: Bool) {
    self.identity = identity
    self.keys = keys
    self.spans = spans
    self.end = end
    self.hasJumps = hasJumps
  }

  /// Nothing is known.
  public var isEmpty: Bool { spans.isEmpty && keys.isEmpty && !hasJumps }

  // MARK: Growing

  /// Remembers a key picture.
  package mutating func note(_ key: Key) {
    let index = firstIndex(atOrAfter: key.time - Self.sameness)
    if index < keys.count, keys[index].time <= key.time + Self.sameness {
      if keys[index].position < 0 {
        keys[index] = Key(time: keys[index].time, position: key.position, size: key.size)
      }
      return
    }
    keys.insert(key, at: index)
  }

  /// A key picture is shown at another time than was thought.
  package mutating func move(from old: Int64, position: Int64, to time: Int64) {
    var index = firstIndex(atOrAfter: old)
    while index < keys.count, keys[index].time == old, keys[index].position != position {
      index += 1
    }
    guard index < keys.count, keys[index].position == position else { return }
    let key = Key(time: time, position: position, size: keys.remove(at: index).size)
    keys.insert(key, at: firstIndex(atOrAfter: time))
  }

  /// Remembers that all key pictures of a stretch of time are known.
  package mutating func cover(from: Int64, through: Int64) {
    guard from <= through else { return }
    var first = firstSpan(endingAtOrAfter: from)
    // Most often the same stretch goes on.
    if first < spans.count, spans[first].from <= from {
      if spans[first].through >= through { return }
      spans[first].through = through
    } else {
      spans.insert(Span(from: from, through: through), at: first)
    }
    if first > 0, spans[first - 1].through >= spans[first].from - 1 {
      spans[first - 1].through = max(spans[first - 1].through, spans[first].through)
      spans.remove(at: first)
      first -= 1
    }
    while first + 1 < spans.count, spans[first].through >= spans[first + 1].from - 1 {
      spans[first].through = max(spans[first].through, spans[first + 1].through)
      spans.remove(at: first + 1)
    }
  }

  /// Adds what another map of the same recording knows; one of another recording is left out.
  public mutating func formUnion(_ other: KeyMap) {
    guard identity == other.identity else { return }
    if hasJumps || other.hasJumps {
      // Places are of no use then.
      self = KeyMap(identity: identity)
      hasJumps = true
      return
    }
    for key in other.keys { note(key) }
    for span in other.spans { cover(from: span.from, through: span.through) }
    end = end ?? other.end
  }

  /// The map as it serves a file: `nil` where it belongs to another.
  package func fitted(to file: Identity) -> KeyMap? {
    guard identity.startTicks == file.startTicks, identity.streamIndex == file.streamIndex,
      identity.bytes <= file.bytes, !isEmpty
    else { return nil }
    var map = self
    if identity.bytes < file.bytes { map.reopenEnd() }
    map.identity.bytes = file.bytes
    return map
  }

  /// The file may have grown since: nothing is known of what follows the last key picture.
  package mutating func reopenEnd() {
    end = nil
    guard let last = spans.last, last.through == .max else { return }
    spans.removeLast()
    guard let time = keys.last?.time, time >= last.from else { return }
    spans.append(Span(from: last.from, through: time))
  }

  // MARK: Asking

  /// The first time of a stretch of which it isn't known whether a key picture lies there.
  ///
  /// - Returns: `nil` where all is known.
  package func firstGap(from: Int64, through: Int64) -> Int64? {
    guard from <= through else { return nil }
    let index = firstSpan(endingAtOrAfter: from)
    guard index < spans.count, spans[index].from <= from else { return from }
    return spans[index].through >= through ? nil : spans[index].through + 1
  }

  /// The known key picture nearest to a time, of two the earlier.
  package func nearest(to time: Int64) -> Key? {
    let after = firstIndex(atOrAfter: time)
    let later = after < keys.count ? keys[after] : nil
    guard after > 0 else { return later }
    let earlier = keys[after - 1]
    guard let later else { return earlier }
    return later.time - time < time - earlier.time ? later : earlier
  }

  /// The last known key picture at or before a time.
  package func last(atOrBefore time: Int64) -> Key? {
    let index = firstIndex(atOrAfter: time + 1)
    return index > 0 ? keys[index - 1] : nil
  }

  /// The first known key picture after a time.
  package func first(after time: Int64) -> Key? {
    let index = firstIndex(atOrAfter: time + 1)
    return index < keys.count ? keys[index] : nil
  }

  private func firstIndex(atOrAfter time: Int64) -> Int {
    var low = 0
    var high = keys.count
    // What is asked for is often the end.
    if let last = keys.last, last.time < time { return high }
    while low < high {
      let middle = (low + high) / 2
      if keys[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func firstSpan(endingAtOrAfter time: Int64) -> Int {
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].through < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
