// SPDX-License-Identifier: Apache-2.0

/// How reading gets near a slot: by the container's list, by searching, or by reading on.
final class KeyRoute {
  private enum Way {
    case list(KeyIndex)
    case search(ByteSearch)
    case readOn
  }

  /// What was found out on the way.
  enum Approach: Equatable {
    /// Nothing: what is read decides.
    case open
    /// The container's list decides.
    case known(SlotDecision.Action)
  }

  private let container: Container
  private let window: PacketWindow
  private var way: Way
  /// Reading on this far costs no more than a search; measured on SD transport streams.
  private static let cheapSpan: Microseconds = 3_000_000
  /// Landing so much too early is better than searching again.
  private static let slack: Microseconds = 400_000
  private static let tries = 8

  /// Chooses the way; the window holds the first key pictures, if there are any.
  init(container: Container, window: PacketWindow) throws(RecordingError) {
    self.container = container
    self.window = window
    let firstKey = window.keys.first?.facts.time ?? 0
    if container.canSeekByByte {
      let duration = container.facts.duration?.microseconds
      let size = container.facts.bytes
      way = duration.map { .search(ByteSearch(size: size, duration: $0)) } ?? .readOn
      return
    }
    // The list of a recording that grows is the list of what was there once.
    if container.isGrowing {
      way = .readOn
      return
    }
    let list = KeyIndex(container: container, firstKey: firstKey)
    way = list.map { .list($0) } ?? .readOn
    // Asking Matroska for its list moved the place.
    if container.facts.container == "matroska", container.rewind() { window.clear() }
  }

  /// Reading goes on from here to the end without a seek: what the container says proved wrong.
  func giveUpSeeking() { way = .readOn }

  /// Places are found by searching, so that a nearer key picture may have been passed over.
  var isSearching: Bool { if case .search = way { true } else { false } }

  /// Brings reading near a slot, where that is cheaper than reading on.
  ///
  /// - Parameters:
  ///   - slot: The slot's time.
  ///   - interval: From slot to slot.
  ///   - mode: Which picture is to serve the slot.
  ///   - used: The key picture that served the last slot.
  /// - Returns: What serves the slot, where the container's list tells.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory.
  func approach(
    _ slot: Microseconds, interval: Microseconds, mode: PickMode, used: Microseconds?
  ) throws(RecordingError) -> Approach {
    switch way {
    case .readOn:
      return .open
    case .search:
      let lead = mode == .exact ? exactLead : window.rhythm.typical / 2 + window.keyDelay
      let isNear = window.reached >= slot - lead - max(Self.cheapSpan, window.rhythm.typical)
      if !isNear { try land(before: slot - lead) }
      return .open
    case .list(let list):
      let nearest = list.entry(nearest: slot)
      let time = list.time(of: nearest)
      let isUsed = used.map { abs($0 - time) < container.frameDuration } ?? false
      switch mode {
      case .keyframe:
        return isUsed ? .known(.again) : .known(try key(at: nearest, of: list))
      case .auto where !isUsed && abs(time - slot) <= interval / 2:
        return .known(try key(at: nearest, of: list))
      case .auto, .exact:
        try approachRun(to: list.entry(atOrBefore: slot), of: list, for: slot)
        return .known(.exact)
      }
    }
  }

  // MARK: By the container's list

  private func key(at entry: Int, of list: KeyIndex) throws(RecordingError) -> SlotDecision.Action {
    let time = list.time(of: entry)
    if let key = window.keys.first(where: { abs($0.facts.time - time) < container.frameDuration }) {
      return .key(key.facts.time)
    }
    window.clear()
    guard list.seek(to: entry) else { return .end }
    while window.keys.isEmpty {
      guard try window.readOn() else { return .end }
    }
    return .key(window.keys[0].facts.time)
  }

  /// Goes to the key picture that a run to `slot` begins with, unless a run is on its way.
  private func approachRun(
    to entry: Int, of list: KeyIndex, for slot: Microseconds
  ) throws(RecordingError) {
    let isReached = list.time(of: entry) <= window.reached
    let isAtHand = window.isContinued || window.keys.contains { $0.facts.time <= slot }
    if isReached && isAtHand { return }
    window.clear()
    _ = list.seek(to: entry)
  }

  // MARK: By searching

  /// How long before a slot a run must begin for a key picture to lie in between.
  var exactLead: Microseconds { window.rhythm.longest + 4 * container.frameDuration }

  /// Goes to a place shortly before `time`, or to the very beginning.
  func land(before time: Microseconds) throws(RecordingError) {
    guard case .search(var search) = way else { return }
    defer { way = .search(search) }
    var last: Int64?
    for _ in 0..<Self.tries {
      let position = time <= 0 ? 0 : search.guess(for: max(time - Self.slack / 2, 0))
      if position == last { break }
      last = position
      window.clear()
      guard container.seek(toByte: position) else { break }
      if position == 0 { return }
      guard try window.readOn() else {
        search.cutEnd(at: position)
        continue
      }
      let met = window.reached
      search.note(ByteSearch.Place(time: met, position: window.lastPosition ?? position))
      if (time - Self.slack...time).contains(met) { return }
    }
    // What the places say contradicts itself: libav's own search, slow and patient.
    window.clear()
    if !container.seek(toTicks: container.ticks(of: max(time, 0))) { _ = container.rewind() }
  }
}
