// SPDX-License-Identifier: Apache-2.0
internal import Media

/// The slots of one recording in stretches, each of which one process decodes from its first slot on.
///
/// Stretches follow each other without a gap; one that is being decoded can be cut in two, so that
/// another process takes the second half. Nothing is read or decoded here.
struct Stretches: Equatable {
  /// Slots from `first` up to `end`, without it.
  struct Stretch: Equatable {
    enum State: Equatable { case waiting, running, over }
    /// The first slot; it names the stretch.
    let first: Int
    /// The slot behind the last; `nil` for the recording's end, where nobody knows it.
    var end: Int?
    /// The slot to be decoded next.
    var next: Int
    var state = State.waiting

    /// Slots still to come, where the end is known.
    var remaining: Int? { end.map { max(0, $0 - next) } }
  }

  /// In order.
  private(set) var all: [Stretch]
  /// Fewer slots than this, twice, aren't worth a second process.
  static let leastWorth = 12

  /// One stretch from a slot to the recording's end, less what was decoded before.
  ///
  /// - Parameters:
  ///   - first: The first slot that is wanted.
  ///   - kept: What was decoded before: each stretch's first slot, the one to go on with, and
  ///     whether it came to its end.
  ///   - end: The slot behind the recording's last, where an earlier run found that out.
  init(first: Int, kept: [(first: Int, next: Int, isOver: Bool)] = [], end: Int? = nil) {
    all = []
    let kept = kept.filter { $0.first >= first }.sorted { $0.first < $1.first }
    if kept.first?.first != first { all.append(Stretch(first: first, next: first)) }
    for stretch in kept {
      all.append(
        Stretch(
          first: stretch.first, next: max(stretch.next, stretch.first),
          state: stretch.isOver ? .over : .waiting))
    }
    for index in all.indices.dropLast() {
      let end = all[index + 1].first
      all[index].end = end
      if all[index].next >= end { all[index].state = .over }
    }
    // Only its end was still to come.
    guard let end, let last = all.indices.last, all[last].next > first else { return }
    all[last].end = max(end, all[last].next)
    if all[last].next >= end { all[last].state = .over }
  }

  /// The stretches that are left of what an earlier run kept.
  init(first: Int, kept: [Journal.Kept]) {
    let pictures = kept.first?.description.pictures
    self.init(
      first: first, kept: kept.map { ($0.first, $0.next, $0.end != nil) },
      end: pictures.flatMap { pictures in pictures.slots.map { pictures.firstSlot + $0 } })
  }

  /// All slots are decoded, or given up.
  var areOver: Bool { all.allSatisfy { $0.state == .over } }

  /// Where the stretch that begins with `first` is.
  private func index(of first: Int) -> Int? { all.firstIndex { $0.first == first } }

  /// The stretch that begins with `first`.
  subscript(first: Int) -> Stretch? { index(of: first).map { all[$0] } }

  /// The slots end here, as far as the recording tells.
  mutating func know(end: Int) {
    guard let last = all.indices.last, all[last].end == nil, end >= all[last].next else { return }
    all[last].end = end
  }

  /// Begins the first stretch that waits for a process.
  mutating func begin() -> Stretch? {
    guard let index = all.firstIndex(where: { $0.state == .waiting }) else { return nil }
    all[index].state = .running
    return all[index]
  }

  /// A picture of `slot` came: whether it belongs to that stretch, which then goes on behind it.
  mutating func take(slot: Int, of first: Int) -> Bool {
    guard let index = index(of: first), all[index].state == .running, slot >= all[index].next,
      all[index].end.map({ slot < $0 }) ?? true
    else { return false }
    all[index].next = slot + 1
    return true
  }

  /// Nothing more comes of a stretch.
  mutating func end(_ first: Int) {
    guard let index = index(of: first) else { return }
    all[index].state = .over
  }

  /// The process that had it is gone: another goes on behind the last picture.
  mutating func yield(_ first: Int) {
    guard let index = index(of: first), all[index].state == .running else { return }
    all[index].state = .waiting
  }

  /// The most slots that a second process could take over.
  var mostToShare: Int {
    all.filter { $0.state == .running }.compactMap(\.remaining).max() ?? 0
  }

  /// Cuts the running stretch with most to do in two.
  ///
  /// - Parameter granted: Slots that its process was told to make already, by the stretch's first.
  /// - Returns: The first slots of both halves; `nil` where it isn't worth it.
  mutating func split(granted: [Int: Int]) -> (running: Int, new: Int)? {
    let candidates = all.indices.filter { all[$0].state == .running }
    let largest = candidates.max { (all[$0].remaining ?? 0) < (all[$1].remaining ?? 0) }
    guard let index = largest, let end = all[index].end, let rest = all[index].remaining else {
      return nil
    }
    let middle = max(end - rest / 2, granted[all[index].first] ?? 0)
    guard rest >= 2 * Self.leastWorth, end - middle >= Self.leastWorth else { return nil }
    all[index].end = middle
    all.insert(Stretch(first: middle, end: end, next: middle), at: index + 1)
    return (all[index].first, middle)
  }
}
