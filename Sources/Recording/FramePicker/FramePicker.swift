// SPDX-License-Identifier: Apache-2.0

/// Finds and decodes the picture of each slot, in order.
final class FramePicker {
  /// What serves a slot.
  enum Pick {
    /// This picture; `isKey` where it was taken as a key picture.
    case picture(Frame, isKey: Bool, followsJump: Bool)
    /// The picture of the slot before.
    case again
    /// None: what lies there can't be decoded.
    case missing
  }

  let grid: TimeGrid
  /// Slots to come, where anything bounds them; the recording may end before.
  private(set) var expectedCount: Int?
  /// From here on the recording's times are nonsense, and it was given up.
  private(set) var nonsenseTime: Microseconds?
  /// The end of the last picture, once reading came there.
  private(set) var foundEnd: Microseconds?

  private let container: Container
  private let decoder: Decoder
  private let run: RunDecoder
  private let window: PacketWindow
  private let mode: PickMode
  private var route: KeyRoute?
  /// Slots that were served or are missing.
  private(set) var slotsDone = 0
  private var used: Microseconds?
  private var usedPosition: Int64?
  private var jump: Microseconds?
  /// Key pictures tried for a slot before it is given up.
  private static let keyTries = 4

  /// Prepares the picking; nothing is read yet.
  ///
  /// - Parameters:
  ///   - container: Just opened.
  ///   - settings: Which slots, and which picture serves one.
  ///   - reduction: Sides are halved so often while decoding; only for key pictures.
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  init(container: Container, settings: PreviewSettings, reduction: Int) throws(RecordingError) {
    self.container = container
    mode = settings.mode
    // What is being recorded has no end yet.
    let duration = container.isGrowing ? nil : container.facts.duration?.microseconds
    grid = TimeGrid(settings: settings, duration: duration)
    expectedCount = grid.count
    decoder = try Decoder(container: container, reduction: mode == .keyframe ? reduction : 0)
    run = RunDecoder(container: container, decoder: decoder)
    window = PacketWindow(
      container: container, keepsAll: mode != .keyframe, keepsFollowers: decoder.mayComeInFields)
  }

  /// The number of the next slot, and when it is asked for.
  var nextSlot: (index: Int, time: Microseconds) {
    (grid.first + slotsDone, grid.time(of: grid.first + slotsDone))
  }

  /// Begins so many slots later: those before were served by another picker.
  func skip(_ count: Int) { slotsDone = count }

  /// Serves the next slot.
  ///
  /// - Returns: `nil` at the end.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory; not recorded
  ///   yet, after which it can be called again for the same slot.
  func next() throws(RecordingError) -> Pick? {
    if let expectedCount, slotsDone >= expectedCount { return nil }
    let slot = nextSlot.time
    let route = if let route = self.route { route } else { try begin() }
    window.trim(to: slot)
    container.handle.file.renewDeadline()
    if container.isGrowing { try readAsItComes(to: slot, on: route) }

    var action = SlotDecision.Action.readOn
    let approach = try route.approach(slot, interval: grid.interval, mode: mode, used: used)
    if case .known(let known) = approach { action = known } else { action = try decide(slot) }
    if route.isSearching { action = try confirm(action, for: slot, on: route) }
    // A slot is there once something is recorded that is shown at or after it.
    while container.isGrowing, window.reached < slot { _ = try readOn() }
    guard let pick = try perform(action, for: slot) else { return nil }
    guard !isNonsense(pick, at: slot) else {
      nonsenseTime = slot
      return nil
    }
    slotsDone += 1
    return pick
  }

  /// Reads the first two key pictures, which tell how far apart they lie, and chooses the way.
  private func begin() throws(RecordingError) -> KeyRoute {
    var first: Microseconds?
    while !window.rhythm.isKnown, !window.isFull, try readOn() {
      let begin = first ?? window.reached
      first = begin
      if window.reached > begin + 12_000_000 { break }
    }
    let route = try KeyRoute(container: container, window: window)
    self.route = route
    return route
  }

  /// Near the end of what there was when it was opened, nothing is looked for any more: what follows
  /// is read in order, as it is recorded.
  private func readAsItComes(to slot: Microseconds, on route: KeyRoute) throws(RecordingError) {
    let lead = 2 * (grid.interval + window.rhythm.longest) + route.exactLead + 3_000_000
    let known = (container.facts.duration?.microseconds ?? 0) - lead
    guard route.isSearching, slot > known else { return }
    let from = min(slot, known) - lead
    if window.reached < from - lead { try route.land(before: max(from, 0)) }
    route.giveUpSeeking()
  }

  private func readOn() throws(RecordingError) -> Bool {
    let isRead = try window.readOn()
    if let time = window.jump {
      // The container's times are of no use for finding places, nor is its duration.
      window.jump = nil
      jump = jump ?? time
      route?.giveUpSeeking()
      expectedCount = grid.askedCount
    }
    return isRead
  }

  // MARK: Deciding

  /// Reads until it is known what serves the slot.
  private func decide(_ slot: Microseconds) throws(RecordingError) -> SlotDecision.Action {
    while true {
      let action = SlotDecision.decide(view(of: slot))
      guard action == .readOn else { return action }
      _ = try readOn()
    }
  }

  private func view(of slot: Microseconds) -> SlotDecision.View {
    SlotDecision.View(
      slot: slot, interval: grid.interval, mode: mode,
      keys: window.keys.filter { !$0.isStruck }.map(\.facts.time), used: used,
      shortestGap: window.rhythm.shortest, reached: window.reached,
      end: window.isAtEnd ? window.shownEnd : nil, isFull: window.isFull)
  }

  /// After a search: whether something nearer was passed over, and whether what was found is near
  /// enough to believe the container's times.
  private func confirm(
    _ first: SlotDecision.Action, for slot: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> SlotDecision.Action {
    var action = first
    var lead = window.rhythm.typical
    for _ in 0..<Self.keyTries {
      let isDoubtful =
        switch action {
        case .key(let time):
          time - slot > window.rhythm.typical / 2 + container.frameDuration
            && window.keys.first?.facts.time == time && used.map { $0 < time } ?? true
        case .end: window.shownEnd == 0
        case .exact: run.holds(slot) == nil && !hasRun(to: slot)
        case .again, .readOn: false
        }
      guard isDoubtful, slot - lead > 0 || action == .exact else { break }
      if case .key(let time) = action { lead = max(lead, time - slot) }
      if action == .exact { lead = max(lead, route.exactLead) }
      try route.land(before: slot - lead)
      action = try decide(slot)
      if slot - lead <= 0 { break }
      lead *= 2
    }
    guard isHole(action, at: slot), route.isSearching else { return action }
    return try readThroughHole(to: slot, on: route)
  }

  private func hasRun(to slot: Microseconds) -> Bool {
    window.isContinued || window.keys.contains { $0.facts.time <= slot }
  }

  /// A key picture this far from its slot is no evidence that none lies nearer.
  private func isHole(_ action: SlotDecision.Action, at slot: Microseconds) -> Bool {
    let limit = max(grid.interval, 2 * window.rhythm.longest)
    return switch action {
    case .key(let time): abs(time - slot) > limit
    case .again: used.map { abs($0 - slot) > limit } ?? false
    default: false
    }
  }

  /// Reads on from the last picture shown, in the file's own sequence: times jump in between.
  private func readThroughHole(
    to slot: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> SlotDecision.Action {
    route.giveUpSeeking()
    window.clear()
    _ = container.seek(toByte: usedPosition ?? 0)
    return try decide(slot)
  }

  // MARK: Decoding

  private func perform(
    _ action: SlotDecision.Action, for slot: Microseconds
  ) throws(RecordingError) -> Pick? {
    switch action {
    case .key(let time): return try keyPicture(at: time)
    case .exact: return try exactPicture(at: slot)
    case .again: return .again
    case .end, .readOn:
      foundEnd = window.latestEnd
      return nil
    }
  }

  /// A picture minutes away from its slot, at a time for which the file's bytes don't suffice: a
  /// damaged time, which would be shown for days.
  private func isNonsense(_ pick: Pick, at slot: Microseconds) -> Bool {
    let time: Microseconds? =
      switch pick {
      case .picture(let frame, _, _): frame.time
      case .again: used
      case .missing: window.latestEnd
      }
    guard let time, abs(time - slot) > 600_000_000, !container.isGrowing else { return false }
    return !DurationCheck(bytes: container.facts.bytes, listedEnd: nil).accepts(slot)
  }

  /// Decodes a key picture; where it gives nothing, one of the next.
  private func keyPicture(at time: Microseconds) throws(RecordingError) -> Pick? {
    guard var key = window.keys.first(where: { $0.facts.time == time }) else { return .missing }
    var struck: [Packet] = []
    // Interrupted, it begins again with the same key picture.
    var isDone = false
    defer { if !isDone { for key in struck { key.isStruck = false } } }
    for _ in 0..<Self.keyTries {
      let window = window
      let current = key
      let frame = try decoder.keyPicture(current) { () throws(RecordingError) in
        try window.follower(of: current)
      }
      run.restart()
      window.breakRun()
      if let frame {
        isDone = true
        (used, usedPosition) = (current.facts.time, current.facts.position)
        return .picture(frame, isKey: true, followsJump: takeJump(before: frame.time))
      }
      key.isStruck = true
      struck.append(key)
      guard let next = try nextKey(after: current) else { break }
      key = next
    }
    isDone = true
    return .missing
  }

  private func nextKey(after key: Packet) throws(RecordingError) -> Packet? {
    while true {
      let next = window.keys.first { !$0.isStruck && $0.facts.time > key.facts.time }
      if let next {
        return next.facts.time - key.facts.time <= max(grid.interval, 1_000_000) ? next : nil
      }
      guard !window.isFull, try readOn() else { return nil }
    }
  }

  private func exactPicture(at slot: Microseconds) throws(RecordingError) -> Pick? {
    var found = run.holds(slot)
    if found == nil {
      while !window.isContinued, window.keys.isEmpty, try readOn() {}
      if window.trim(to: slot) || !window.isContinued { run.restart() }
      found = try run.picture(at: slot) { () throws(RecordingError) in
        try self.nextOfRun()
      }
    }
    guard let found else {
      foundEnd = window.latestEnd
      return nil
    }
    return .picture(found, isKey: found.isKey, followsJump: takeJump(before: found.time))
  }

  private func nextOfRun() throws(RecordingError) -> Packet? {
    while !window.hasNext {
      guard try readOn() else { return nil }
    }
    return window.takeNext()
  }

  private func takeJump(before time: Microseconds) -> Bool {
    guard let jump, time >= jump else { return false }
    self.jump = nil
    return true
  }
}
