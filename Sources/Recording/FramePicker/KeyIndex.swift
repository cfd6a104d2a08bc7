// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// The container's own list of key pictures (MP4, Matroska's cues, AVI).
struct KeyIndex {
  /// Times of the key pictures, in ticks of the stream, rising.
  private let ticks: [Int64]
  private let container: Container
  /// What the list's times lack to the time of showing: MP4 lists decode times.
  private let delay: Microseconds

  /// Reads the list; `nil` where there is none, or one that ends long before the recording.
  ///
  /// - Parameters:
  ///   - container: Its place may move.
  ///   - firstKey: Time of showing of the first key picture, which tells the delay.
  init?(container: Container, firstKey: Microseconds) {
    guard !container.canSeekByByte else { return nil }
    let stream = unsafe container.stream
    // Matroska reads its cues at the first seek, not before.
    if container.facts.container == "matroska" {
      guard container.seek(toTicks: container.ticks(of: 0)) else { return nil }
    }
    var ticks: [Int64] = []
    var listedEnd = Int64.min
    let count = unsafe avformat_index_get_entries_count(stream)
    for index in 0..<count {
      guard let entry = unsafe avformat_index_get_entry(stream, index) else { continue }
      let time = unsafe entry.pointee.timestamp
      listedEnd = max(listedEnd, time)
      let isKey = unsafe entry.pointee.flags & Int32(AVINDEX_KEYFRAME) != 0
      if isKey, time > ticks.last ?? .min { ticks.append(time) }
    }
    let isMP4 = container.facts.container == "mov"
    guard let first = ticks.first, ticks.count > 1 || isMP4 else { return nil }
    let duration = container.facts.duration?.microseconds ?? 0
    guard duration > 0, container.time(ofTicks: listedEnd) >= duration / 2 else { return nil }
    self.ticks = ticks
    self.container = container
    delay = isMP4 ? max(0, firstKey - container.time(ofTicks: first)) : 0
  }

  /// The list as a map in which all is known.
  func map(identity: KeyMap.Identity) -> KeyMap {
    let keys = ticks.indices.map { KeyMap.Key(time: time(of: $0), position: -1, size: 0) }
    return KeyMap(
      identity: identity, keys: keys, spans: [KeyMap.Span(from: .min, through: .max)], end: nil,
      hasJumps: false)
  }

  /// Time of showing of entry `index`.
  func time(of index: Int) -> Microseconds { container.time(ofTicks: ticks[index]) + delay }

  /// The last entry at or before `time`, else the first.
  func entry(atOrBefore time: Microseconds) -> Int {
    var low = 0
    var high = ticks.count
    while low < high {
      let middle = (low + high) / 2
      if self.time(of: middle) <= time { low = middle + 1 } else { high = middle }
    }
    return max(low - 1, 0)
  }

  /// The entry nearest to `time`.
  func entry(nearest time: Microseconds) -> Int {
    let before = entry(atOrBefore: time)
    guard before + 1 < ticks.count else { return before }
    return abs(self.time(of: before + 1) - time) < abs(self.time(of: before) - time)
      ? before + 1 : before
  }

  /// Goes to an entry: its packet is read next.
  func seek(to index: Int) -> Bool {
    // libav takes the target for a time of showing in MP4: a little later is the same entry.
    let gap = index + 1 < ticks.count ? ticks[index + 1] - ticks[index] : 0
    let quarter = container.ticks(of: 250_000) - container.ticks(of: 0)
    let half = gap > 0 ? min(gap / 2, quarter) : quarter
    let extra = container.facts.container == "mov" ? half : 0
    return container.seek(toTicks: ticks[index] + extra)
  }
}
