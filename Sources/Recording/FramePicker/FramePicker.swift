// SPDX-License-Identifier: Apache-2.0
import Media

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
  /// What is known of the places of key pictures.
  var keyMap: KeyMap {
    guard window.isMapping, container.canSeekByByte else {
      return KeyMap(identity: container.identity)
    }
    guard window.map.hasJumps else { return window.map }
    var map = KeyMap(identity: container.identity)
    map.hasJumps = true
    return map
  }

  /// From the recording's first key picture to its second, once reading began, where both are known.
  private(set) var firstKeyGap: Microseconds?

  let container: Container
  let window: PacketWindow
  let mode: PickMode
  let decoders: DecoderPair
  let settings: PreviewSettings
  private(set) var route: KeyRoute?
  private let isMapGiven: Bool
  /// Slots that were served or are missing.
  private(set) var slotsDone = 0
  /// The key picture that served the last slot.
  var used: Microseconds?
  /// The next slot's own picture, which shows nothing, while a better one is looked for.
  var blank: Pick?
  /// Up to where that search has come: its next place, and the time of the last picture tried.
  var aheadOfBlank: (place: Microseconds, last: Microseconds)?
  /// Where reading began; a recording that grows may interrupt the beginning.
  private var firstReached: Microseconds?
  /// Time of a jump that no picture was told of yet.
  var jump: Microseconds?
  /// A picture was decoded in a run, and something was missing.
  var metDamage = false
  /// The passage that the run under way belongs to.
  var runPassage = -1
  /// Key pictures tried for a slot before it is given up.
  private static let keyTries = 4
  /// The recording may go on so long without a key picture before it is taken to have none.
  private static let keylessSpan: Microseconds = 30_000_000

  /// Prepares the picking; nothing is read yet.
  ///
  /// - Parameters:
  ///   - container: Just opened.
  ///   - settings: Which slots, and which picture serves one.
  ///   - reduction: Sides are halved so often while decoding; only for key pictures.
  ///   - map: What is known of the recording; one of another file is left out.
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  init(
    container: Container, settings: PreviewSettings, reduction: Int, map: KeyMap? = nil
  ) throws(RecordingError) {
    self.container = container
    self.settings = settings
    mode = settings.mode
    // What is being recorded has no end yet.
    let duration = container.isGrowing ? nil : container.facts.duration?.microseconds
    grid = TimeGrid(settings: settings, duration: duration)
    expectedCount = grid.count
    decoders = try DecoderPair(container: container, reduction: reduction)
    let own = map.flatMap { container.canSeekByByte ? $0.fitted(to: container.identity) : nil }
    isMapGiven = own != nil
    window = PacketWindow(
      container: container, map: own ?? KeyMap(identity: container.identity),
      keepsFollowers: decoders.mayComeInFields)
  }

  /// The number of the next slot, and when it is asked for.
  var nextSlot: (index: Int, time: Microseconds) {
    (grid.first + slotsDone, grid.time(of: grid.first + slotsDone))
  }

  /// Begins so many slots later: those before were served by another picker.
  func skip(_ count: Int) { slotsDone = count }

  /// Pictures decoded so far.
  var decodedCount: Int { decoders.decodedCount }

  /// Serves the next slot.
  ///
  /// - Returns: `nil` at the end.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory; not recorded
  ///   yet, after which it can be called again for the same slot.
  func next() throws(RecordingError) -> Pick? {
    if let expectedCount, slotsDone >= expectedCount { return nil }
    let slot = nextSlot.time
    let route = if let route = self.route { route } else { try begin() }
    container.handle.file.renewDeadline()
    if container.isGrowing { try wait(for: slot) }
    guard let pick = try choose(for: slot, on: route) else {
      foundEnd = window.latestEnd
      return nil
    }
    guard !isNonsense(pick, at: slot) else {
      nonsenseTime = slot
      return nil
    }
    slotsDone += 1
    return pick
  }

  /// Reads the beginning, and looks whether the rest can be searched.
  ///
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory.
  func prepare() throws(RecordingError) {
    let route = if let route = self.route { route } else { try begin() }
    try route.prepare()
  }

  /// What a slot gives may depend on what was read before it, or can be had only by reading all that
  /// lies before it.
  var dependsOnHistory: Bool {
    window.map.hasJumps || metDamage || route?.isReadingOn ?? false
  }

  /// Reads the first key pictures, which tell how far apart they lie, and chooses the way.
  private func begin() throws(RecordingError) -> KeyRoute {
    // What can't be come back to must be kept from the beginning.
    let mayReturn =
      container.canSeekByByte && container.facts.duration != nil && !container.isGrowing
    window.keepsAll = mode == .exact || mode == .auto && !mayReturn
    window.target = nextSlot.time
    if window.map.isEmpty {
      let mayList = !container.canSeekByByte
      while !window.isFull, try readOn() {
        let begin = firstReached ?? window.reached
        firstReached = begin
        // A list tells how far key pictures lie apart.
        if window.rhythm.isKnown || mayList && !window.shelf.isEmpty { break }
        let isLong = window.reached > begin + (window.shelf.isEmpty ? Self.keylessSpan : 12_000_000)
        if isLong { break }
      }
    }
    let keys = window.map.keys.prefix(2)
    if keys.count == 2, window.map.firstGap(from: .min, through: keys[1].time) == nil {
      firstKeyGap = keys[1].time - keys[0].time
    }
    // The route may go back to the beginning, where nothing is at hand again.
    let isKeyless = window.shelf.isEmpty && window.map.keys.isEmpty && !isMapGiven
    let route = KeyRoute(container: container, window: window, isMapForeign: isMapGiven)
    if isKeyless {
      // Without key pictures there is one way only: all is decoded, from the first packet on.
      window.beginsAnywhere = true
      window.keepsAll = true
      route.readThrough()
    }
    if !route.isReadingOn, mode == .auto { window.keepsAll = false }
    self.route = route
    return route
  }

  /// A slot is there once something is recorded that is shown at or after it.
  private func wait(for slot: Microseconds) throws(RecordingError) {
    window.target = slot
    // Interrupted, a choice among many key pictures begins again with the first.
    if settings.scene || settings.skipBlack { window.shelfStart = slot - grid.interval }
    while window.reached < slot {
      guard try readOn() else { return }
    }
  }

  func readOn() throws(RecordingError) -> Bool {
    let isRead = try window.readOn()
    try noticeJump()
    return isRead
  }

  /// After a jump the container's times are of no use for finding places, nor is its duration.
  private func noticeJump() throws(RecordingError) {
    guard let time = window.jump else { return }
    window.jump = nil
    expectedCount = grid.askedCount
    guard let route, route.isSearching else {
      jump = jump ?? time
      window.map.hasJumps = true
      return
    }
    // What lies before this jump is only known where all was read from the beginning.
    if window.map.firstGap(from: .min, through: time) == nil {
      jump = jump ?? time
      route.giveUpSeeking()
    } else {
      route.readThrough()
    }
    window.map.hasJumps = true
  }

  // MARK: Deciding

  /// Decides, reading as far as that takes, and decodes.
  ///
  /// - Returns: `nil` at the recording's end.
  func pick(
    for slot: Microseconds, as mode: PickMode, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    window.target = slot
    if window.beginsAnywhere { return try exactPicture(at: slot, from: nil, on: route) }
    let expected = window.rhythm.expected(
      near: slot, from: window.map.last(atOrBefore: slot)?.time)
    let reach = self.reach(of: slot, as: mode, expecting: expected, on: route)
    while true {
      let decision = SlotDecision(slot: slot, interval: grid.interval, mode: mode, reach: reach)
      let action = decision.action(by: window.map)
      if try route.settle(action, of: decision) { continue }
      switch action {
      case .end:
        return nil
      case .look(let time):
        guard try look(at: time, on: route) else { return nil }
      case .key(let key):
        if used == key.time { return .again }
        if route.isSearching, let expected {
          window.rhythm.judge(abs(key.time - expected) <= container.frameDuration)
        }
        let drops = route.mapsDropped
        if let pick = try keyPicture(key, of: decision, on: route) { return pick }
        guard route.mapsDropped > drops else { return nil }
      case .exact(let key):
        let drops = route.mapsDropped
        if let pick = try exactPicture(at: slot, from: key, on: route) { return pick }
        guard route.mapsDropped > drops else { return nil }
      }
    }
  }

  /// How far around a slot to look first; it decides nothing but what is read.
  private func reach(
    of slot: Microseconds, as mode: PickMode, expecting key: Microseconds?, on route: KeyRoute
  ) -> Microseconds {
    guard mode != .exact else { return route.exactLead }
    guard let key else { return window.rhythm.typical }
    return min(window.rhythm.typical, 2 * (abs(key - slot) + container.frameDuration))
  }

  /// Reads on towards a time.
  ///
  /// - Returns: `false` where nothing more can be known of it.
  func look(at time: Microseconds, on route: KeyRoute) throws(RecordingError) -> Bool {
    let isRead = try route.look(at: time)
    try noticeJump()
    return isRead || window.map.firstGap(from: time, through: time) == nil
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

  // MARK: Key pictures

  /// Decodes a key picture; where it gives nothing, one of the next, else the exact picture.
  ///
  /// - Returns: `nil` at the recording's end, or where the map was dropped and it must be decided anew.
  private func keyPicture(
    _ first: KeyMap.Key, of decision: SlotDecision, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    var key = first
    let own = decision.ownTimes.upperBound - 1
    let limit = mode == .auto ? own : first.time + max(grid.interval, 1_000_000)
    for _ in 0..<Self.keyTries {
      let drops = route.mapsDropped
      guard let packet = try route.fetch(key) else {
        if route.mapsDropped > drops || window.isAtEnd && !window.isMapping { return nil }
        break
      }
      if let frame = try decode(packet) {
        // A damaged list may lead to another time than it says.
        if mode == .auto, !decision.ownTimes.contains(frame.time) { break }
        used = key.time
        return .picture(frame, isKey: true, followsJump: takeJump(before: frame.time))
      }
      guard let next = try self.key(after: key.time, through: limit, on: route) else { break }
      key = next
    }
    let from = window.map.last(atOrBefore: decision.slot)
    return try exactPicture(at: decision.slot, from: from, on: route) ?? .missing
  }

  /// Decodes a key picture alone.
  func decode(_ packet: Packet) throws(RecordingError) -> Frame? {
    guard !packet.isStruck else { return nil }
    let window = window
    let frame = try decoders.keyPicture(packet) { () throws(RecordingError) in
      try window.follower(of: packet)
    }
    packet.isStruck = frame == nil
    return frame
  }

  /// The first key picture after a time, once all before it are known.
  func key(
    after time: Microseconds, through limit: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> KeyMap.Key? {
    while true {
      let next = window.map.first(after: time)
      let through = min(next?.time ?? limit, limit)
      guard let gap = window.map.firstGap(from: time, through: through) else {
        if time < through, try route.settle(next, within: time + 1...through) { continue }
        return next.flatMap { $0.time <= limit ? $0 : nil }
      }
      guard try look(at: gap, on: route) else { return nil }
    }
  }

  /// Whether this picture is the first after a jump of the container's time; asked once for each.
  func takeJump(before time: Microseconds) -> Bool {
    guard let jump, time >= jump else { return false }
    self.jump = nil
    return true
  }
}
