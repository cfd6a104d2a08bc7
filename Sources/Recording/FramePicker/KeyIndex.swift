// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Media

/// The container's own list of key pictures (MP4, Matroska's cues, AVI).
///
/// MP4 and AVI list when a picture is decoded. When it is shown is told by its packet alone: until
/// that was read, the time of an entry is a guess between two bounds.
final class KeyIndex {
  private struct Entry {
    /// The list's own time, in ticks of the stream.
    let ticks: Int64
    /// When it is decoded: it is shown then or later.
    let decodeTime: Microseconds
    /// It is shown no later.
    let latest: Microseconds
    /// When it is shown, as far as is known.
    var time: Microseconds
    var isSettled: Bool

    func mayLie(in span: ClosedRange<Microseconds>) -> Bool {
      decodeTime <= span.upperBound && latest >= span.lowerBound
    }
  }

  /// In the order of the list, whose times rise.
  private var entries: [Entry]
  private let container: Container
  /// Pictures that may be decoded after a key picture and be shown before it, at most.
  private static let reordering: Int32 = 18
  /// Bytes of a chunk that repeats a picture, or makes room for one packed with another.
  static let emptyBytes: Int32 = 19

  /// Reads the list; `nil` where there is none, or one that ends long before the recording.
  ///
  /// - Parameters:
  ///   - container: Its place may move.
  ///   - firstKey: Time of showing of the first key picture, which most others are as late as.
  init?(container: Container, firstKey: Microseconds) {
    guard !container.canSeekByByte else { return nil }
    let stream = unsafe container.stream
    // Matroska reads its cues at the first seek, not before.
    let isMatroska = container.facts.container == "matroska"
    if isMatroska {
      guard container.seek(toTicks: container.ticks(of: 0)) else { return nil }
    }
    let isMP4 = container.facts.container == "mov"
    let isOpen = (isMP4 || container.tellsNoShowing) && container.mayReorder
    var entries: [Entry] = []
    var listedEnd = Int64.min
    let count = unsafe avformat_index_get_entries_count(stream)
    for index in 0..<count {
      guard let entry = unsafe avformat_index_get_entry(stream, index) else { continue }
      let ticks = unsafe entry.pointee.timestamp
      listedEnd = max(listedEnd, ticks)
      let isKey = unsafe entry.pointee.flags & Int32(AVINDEX_KEYFRAME) != 0
      guard isKey, ticks > entries.last?.ticks ?? .min else { continue }
      if container.tellsNoShowing, unsafe entry.pointee.size <= Self.emptyBytes { continue }
      let decodeTime = container.decodeTime(ofTicks: ticks)
      let later = unsafe avformat_index_get_entry(stream, min(index + Self.reordering, count - 1))
      let end = unsafe later.map { container.decodeTime(ofTicks: unsafe $0.pointee.timestamp) }
      let latest = max(
        end ?? decodeTime, decodeTime + Microseconds(Self.reordering) * container.frameDuration)
      entries.append(
        Entry(
          ticks: ticks, decodeTime: decodeTime, latest: latest, time: decodeTime,
          isSettled: !isOpen))
    }
    guard let first = entries.first, entries.count > 1 || isMP4 else { return nil }
    let duration = container.facts.duration?.microseconds ?? 0
    guard duration > 0, container.time(ofTicks: listedEnd) >= duration / 2 else { return nil }
    let delay = isMatroska ? 0 : max(0, firstKey - first.decodeTime)
    for index in entries.indices { entries[index].time += delay }
    self.entries = entries
    self.container = container
  }

  /// The list as a map in which all is known; places are numbers of entries.
  func map(identity: KeyMap.Identity) -> KeyMap {
    let keys = entries.indices.map {
      KeyMap.Key(time: entries[$0].time, position: Int64($0), size: 0)
    }
    return KeyMap(
      identity: identity, keys: keys, spans: [KeyMap.Span(from: .min, through: .max)], end: nil,
      hasJumps: false)
  }

  // MARK: Times of showing

  /// When an entry's picture is decoded.
  func decodeTime(of index: Int) -> Microseconds { entries[index].decodeTime }

  /// The latest time at which an entry's picture may be shown.
  func latest(of index: Int) -> Microseconds {
    entries[index].isSettled ? entries[index].time : entries[index].latest
  }

  /// It isn't known yet when an entry's picture is shown.
  func isOpen(_ index: Int) -> Bool { !entries[index].isSettled }

  /// An entry that may be shown within a span of time, and of which that isn't known yet.
  func openEntry(in span: ClosedRange<Microseconds>) -> Int? {
    // None is shown before it is decoded.
    var index = firstEntry(decodedAfter: span.upperBound) - 1
    while index >= 0, index < entries.count {
      let entry = entries[index]
      if !entry.isSettled, entry.mayLie(in: span) { return index }
      // Those before are shown earlier.
      if entry.latest < span.lowerBound { return nil }
      index -= 1
    }
    return nil
  }

  /// A key picture was read; its entry's time is known from now on.
  func settle(_ facts: PacketFacts, in map: inout KeyMap) {
    let index = firstEntry(decodedAfter: facts.decodeTime - 1)
    guard index < entries.count, entries[index].decodeTime == facts.decodeTime else { return }
    settle(index, at: facts.time, in: &map)
  }

  /// The guess must do: the picture can't be read.
  func giveUp(_ index: Int, in map: inout KeyMap) {
    settle(index, at: entries[index].time, in: &map)
  }

  private func settle(_ index: Int, at time: Microseconds, in map: inout KeyMap) {
    guard !entries[index].isSettled else { return }
    let old = entries[index].time
    entries[index].time = time
    entries[index].isSettled = true
    if old != time { map.move(from: old, position: Int64(index), to: time) }
  }

  private func firstEntry(decodedAfter time: Microseconds) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].decodeTime <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Places

  /// Goes to an entry: its packet is read next.
  func seek(to index: Int) -> Bool {
    // libav takes the target for a time of showing in MP4: a little later is the same entry.
    let gap = index + 1 < entries.count ? entries[index + 1].ticks - entries[index].ticks : 0
    let quarter = container.ticks(of: 250_000) - container.ticks(of: 0)
    let half = gap > 0 ? min(gap / 2, quarter) : quarter
    let extra = container.facts.container == "mov" ? half : 0
    return container.seek(toTicks: entries[index].ticks + extra)
  }
}
