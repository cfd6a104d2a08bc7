// SPDX-License-Identifier: Apache-2.0
import Media

/// How reading gets to a place: by the container's list, by searching, or by reading on.
final class KeyRoute {
  private enum Way {
    case list(KeyIndex)
    case search(ByteSearch)
    case readOn
  }

  private let container: Container
  private let window: PacketWindow
  private var way: Way
  private var isSurveyed = false
  /// The map was given and may be of another file; what it says was never met.
  private(set) var isMapForeign: Bool
  /// How often what was known proved wrong.
  private(set) var mapsDropped = 0
  /// Reading on this far costs no more than a search; measured on SD transport streams.
  private static let cheapSpan: Microseconds = 3_000_000
  /// Landing so much too early is better than searching again.
  private static let slack: Microseconds = 400_000
  /// So much too early is aimed at, since too late is of no use: more after each miss, less after hits.
  private var aim: Microseconds = 60_000
  private static let aims: ClosedRange<Microseconds> = 20_000...200_000
  private static let tries = 8
  /// Landing so much too late, the time is near.
  private static let nearMiss: Microseconds = 2_000_000
  /// Bytes before a key picture's place in a program stream from where its time can be told.
  private static let leads: [Int64] = [0, 16 << 10, 64 << 10]

  /// Chooses the way.
  ///
  /// - Parameters:
  ///   - container: Standing where the window stands.
  ///   - window: Of a container with a list it holds the first key picture, if there is one.
  ///   - isMapForeign: Its map was made by somebody else.
  init(container: Container, window: PacketWindow, isMapForeign: Bool) {
    self.container = container
    self.window = window
    self.isMapForeign = isMapForeign
    if container.canSeekByByte, !container.isGrowing {
      let duration = container.facts.duration?.microseconds
      let size = container.facts.bytes
      way = duration.map { .search(ByteSearch(size: size, duration: $0)) } ?? .readOn
      if window.map.hasJumps { way = .readOn }
      return
    }
    // The list of a recording that grows is the list of what was there once.
    if container.isGrowing {
      way = .readOn
      return
    }
    let firstKey = window.shelf.first?.facts.time ?? 0
    guard let list = KeyIndex(container: container, firstKey: firstKey) else {
      way = .readOn
      // Asking Matroska for its list moved the place; what was read can't be come back to.
      if container.facts.container == "matroska" { readThrough() }
      return
    }
    way = .list(list)
    window.isMapping = false
    window.map = list.map(identity: container.identity)
    window.list = list
    if container.facts.container == "matroska" { rewind() }
  }

  /// Reading goes on from here to the end without a seek: what the container says proved wrong.
  func giveUpSeeking() { way = .readOn }

  /// Looks whether a search can be believed, before one is needed.
  ///
  /// - Throws: ``RecordingError``: stalled, the system's failure to read.
  func prepare() throws(RecordingError) { try survey() }

  /// Places are found by searching.
  var isSearching: Bool { if case .search = way { true } else { false } }
  /// No place that was passed can be come back to.
  var isReadingOn: Bool { if case .readOn = way { true } else { false } }

  // MARK: Looking

  /// Reads at least one packet towards a time at which key pictures aren't known.
  ///
  /// - Returns: `false` where the recording ended and nothing more can be known.
  func look(at time: Microseconds) throws(RecordingError) -> Bool {
    guard isSearching else { return try window.readOn() }
    if let from = window.knownFrom, from <= time,
      time - window.reached <= max(Self.cheapSpan, window.rhythm.typical)
    {
      return try window.readOn()
    }
    try survey()
    var lead = window.keyDelay
    for _ in 0..<Self.tries where isSearching {
      try land(before: time - lead)
      if try reads(through: time) { return true }
      lead = 2 * lead + 500_000
    }
    if isSearching { readThrough() }
    return try window.readOn()
  }

  /// Reads on from where a search landed until a time is known: another search would only lead to the
  /// same place, however far it is.
  ///
  /// - Returns: Whether it became known, or a jump was met, after which all is different.
  private func reads(through time: Microseconds) throws(RecordingError) -> Bool {
    while let from = window.knownFrom, from <= time {
      if window.jump != nil || window.map.firstGap(from: time, through: time) == nil { return true }
      guard try window.readOn() else { break }
    }
    return window.map.firstGap(from: time, through: time) == nil
  }

  /// How long before a slot a run must begin for a key picture to lie in between.
  var exactLead: Microseconds { window.rhythm.longest + 4 * container.frameDuration }

  /// Goes to a place shortly before `time`, or to the very beginning, and reads the first packet.
  func land(before time: Microseconds) throws(RecordingError) {
    guard case .search(var search) = way else { return }
    defer { if isSearching { way = .search(search) } }
    var position = time <= 0 ? 0 : search.guess(for: max(time - aim, 0))
    var last: Int64?
    // The nearest places that were too early and too late.
    var (early, late): (Int64?, Int64?)
    var back = aim
    for _ in 0..<Self.tries where position != last {
      guard try enter(at: position) else {
        last = position
        search.cutEnd(at: position)
        position = search.guess(for: max(time - aim, 0))
        continue
      }
      if position == 0 { return }
      let met = window.reached
      search.note(ByteSearch.Place(time: met, position: window.lastPosition ?? position))
      if last == nil || met > time { adjustAim(met <= time) }
      last = position
      if (time - Self.slack...time).contains(met) { return }
      if met < time { early = position } else { late = position }
      if let early, let late {
        position = (early + late) / 2
      } else if met < time || met - time > Self.nearMiss {
        // So far off, the place that was met tells more; one that is wrong leads here again.
        position = search.guess(for: max(time - aim, 0))
      } else {
        // The packet before may be a large one, whose end is all that was met: back by more than that.
        back = 2 * back + met - time
        position = max(
          position - search.bytes(passingIn: back, at: time), search.lastPlace(before: time))
      }
    }
    // What the places say contradicts itself: libav's own search, slow and patient.
    window.beginPassage(atBeginning: false)
    if !container.seek(toTicks: container.ticks(of: max(time, 0))) { rewind() }
    _ = try window.readOn()
  }

  private func adjustAim(_ isHit: Bool) {
    let next = isHit ? aim * 15 / 16 : aim * 5 / 4
    aim = min(max(next, Self.aims.lowerBound), Self.aims.upperBound)
  }

  /// Goes to a byte and reads on to the first packet that can be relied on.
  private func enter(at position: Int64) throws(RecordingError) -> Bool {
    window.beginPassage(atBeginning: position == 0)
    guard container.seek(toByte: position) else { return false }
    if position > 0, container.facts.container == "mpeg" {
      // Pictures begin anywhere in a program stream's packets: the first holds a piece of another.
      guard try container.read() != nil else { return false }
    }
    return try window.readOn()
  }

  private func rewind() {
    window.beginPassage(atBeginning: true)
    _ = container.rewind()
  }

  /// All is read in order from the very beginning: nothing that was known of places holds.
  func readThrough() {
    way = .readOn
    window.map = KeyMap(identity: container.identity)
    window.beginPassage(atBeginning: true)
    container.beginAnew()
  }

  /// Before the first search: whether time passes evenly enough from the beginning to the end.
  private func survey() throws(RecordingError) {
    // A map was written by somebody who looked.
    guard !isSurveyed, !isMapForeign, case .search(var search) = way else { return }
    isSurveyed = true
    guard let duration = container.facts.duration?.microseconds else { return }
    let survey = Survey(container: container, duration: duration)
    let result = try survey.run()
    for place in result.places { search.note(place) }
    way = .search(search)
    window.beginPassage(atBeginning: false)
    if result.jumps {
      readThrough()
      window.map.hasJumps = true
    }
  }

  // MARK: Fetching

  /// Gets the packet of a key picture.
  ///
  /// - Returns: `nil` where it isn't where it should be; then the map may have been dropped, and what
  ///   was decided by it must be decided anew.
  func fetch(_ key: KeyMap.Key) throws(RecordingError) -> Packet? {
    if case .list(let list) = way {
      if let packet = window.packet(of: key, within: KeyMap.sameness) { return packet }
      return try fetch(entry: Int(key.position), of: list)
    }
    if let packet = window.packet(of: key, within: KeyMap.sameness) { return packet }
    guard isSearching else { return nil }
    if key.position >= 0 {
      // Pictures begin anywhere in a program stream's packets, and may be told their time before.
      let isLoose = container.facts.container == "mpeg"
      for lead in isLoose ? Self.leads : [0] {
        let place = max(key.position - lead, 0)
        if let packet = try fetch(key, at: place, tries: isLoose ? 24 : 3) { return packet }
      }
    }
    if !isMapForeign || key.position < 0, let packet = try search(for: key) { return packet }
    if isMapForeign { dropMap() }
    return nil
  }

  /// Gets the packet of an entry of the list, or of the next one that gives a packet.
  private func fetch(entry: Int, of list: KeyIndex) throws(RecordingError) -> Packet? {
    window.beginPassage(atBeginning: false)
    guard list.seek(to: entry) else { return nil }
    let decodeTime = list.decodeTime(of: entry)
    while true {
      let packet = window.shelf.first { $0.facts.decodeTime >= decodeTime }
      if let packet, !packet.facts.isTimeOpen { return packet }
      guard try window.readOn() else {
        return window.shelf.first { !$0.facts.isTimeOpen }
      }
    }
  }

  // MARK: Times of showing

  /// Reads when key pictures of the list are really shown, where a decision hangs on it.
  ///
  /// - Returns: Whether any was read: then it must be decided anew.
  func settle(
    _ action: SlotDecision.Action, of decision: SlotDecision
  ) throws(RecordingError) -> Bool {
    guard case .list(let list) = way else { return false }
    let slot = decision.slot
    switch action {
    case .look, .end:
      return false
    case .key(let key):
      let latest = list.latest(of: Int(key.position))
      let distance = max(abs(latest - slot), abs(key.time - slot))
      return try settle(key, within: slot - distance...slot + distance)
    case .exact(let key):
      let own = decision.ownTimes
      let span = decision.mode == .auto ? own.lowerBound...own.upperBound - 1 : slot...slot
      return try settle(key, within: min(span.lowerBound, slot)...max(span.upperBound, slot))
    }
  }

  /// The same for the key pictures within a span, and for one that is needed in any case.
  func settle(
    _ key: KeyMap.Key?, within span: ClosedRange<Microseconds>
  ) throws(RecordingError) -> Bool {
    guard case .list(let list) = way else { return false }
    var isAny = false
    while let entry = list.openEntry(in: span) {
      try settle(entry: entry, of: list)
      isAny = true
    }
    if let entry = key.map({ Int($0.position) }), list.isOpen(entry) {
      try settle(entry: entry, of: list)
      isAny = true
    }
    return isAny
  }

  private func settle(entry: Int, of list: KeyIndex) throws(RecordingError) {
    // Reading it settles it.
    _ = try fetch(entry: entry, of: list)
    if list.isOpen(entry) { list.giveUp(entry, in: &window.map) }
  }

  // MARK: Fetching from places

  /// Looks for a key picture among the first packets, `tries` of them, from a place on.
  private func fetch(
    _ key: KeyMap.Key, at place: Int64, tries: Int
  ) throws(RecordingError) -> Packet? {
    window.beginPassage(atBeginning: place == 0)
    guard container.seek(toByte: place) else { return nil }
    for _ in 0..<tries {
      guard try window.readOn() else { return nil }
      if let packet = window.packet(of: key, within: KeyMap.sameness) { return packet }
      guard window.reached <= key.time + 1_000_000 else { return nil }
      // Its time of showing is told by the packet after it.
      if window.shelf.last?.facts.isTimeOpen == true, try window.readOn(),
        let packet = window.packet(of: key, within: KeyMap.sameness)
      {
        return packet
      }
    }
    return nil
  }

  /// A key picture without a place of its own.
  private func search(for key: KeyMap.Key) throws(RecordingError) -> Packet? {
    var lead = exactLead
    for _ in 0..<Self.tries {
      try land(before: key.time - lead)
      while window.reached <= key.time + 1_000_000 {
        if let packet = window.packet(of: key, within: KeyMap.sameness) { return packet }
        guard try window.readOn() else { break }
      }
      if key.time - lead <= 0 { break }
      lead *= 2
    }
    return nil
  }

  /// What was given belongs to another file.
  func dropMap() {
    isMapForeign = false
    mapsDropped += 1
    window.map = KeyMap(identity: container.identity)
    window.beginPassage(atBeginning: false)
  }

  // MARK: Runs

  /// Makes a key picture the first packet that the window feeds.
  ///
  /// - Parameter key: `nil`: the recording's first.
  /// - Returns: `false` where it can't be had.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory.
  func beginRun(at key: KeyMap.Key?) throws(RecordingError) -> Bool {
    window.keepsAll = true
    if let key {
      if let packet = window.packet(of: key, within: KeyMap.sameness),
        window.beginRun(at: packet)
      {
        return true
      }
      guard !isReadingOn else { return false }
      window.beginPassage(atBeginning: false)
      guard let packet = try fetch(key) else { return false }
      return window.beginRun(at: packet)
    }
    if !isReadingOn { rewind() }
    while window.firstOfRun == nil {
      guard try window.readOn() else { return false }
    }
    return true
  }
}
