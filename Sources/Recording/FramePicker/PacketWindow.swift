// SPDX-License-Identifier: Apache-2.0
import Media

/// Reads packets in file order, keeps those of which use may be made, and writes the key map.
///
/// A stretch read without a seek is a passage. Of it the latest key pictures are kept, and for
/// decoding on from a key picture all packets since the last one that was fed.
final class PacketWindow {
  /// Bytes above which no more is kept: one gap between key pictures at 100 Mbit/s and 2 s.
  static let byteLimit = 24 << 20
  /// Key pictures kept; the nearest to a slot is the last or the last but one.
  private static let shelfLimit = 8
  /// The most that are kept where those since `shelfStart` are kept too.
  private static let longShelfLimit = 256

  let container: Container
  /// What is known of the recording's key pictures.
  var map: KeyMap
  /// The map is written while reading; else the container's own list is the map.
  var isMapping = true
  /// The container's own list, whose times are settled by what is read.
  var list: KeyIndex?
  /// Keeps all packets from the next key picture on, not the key pictures alone.
  var keepsAll = false
  /// There are no key pictures: a run begins with whatever packet comes first.
  var beginsAnywhere = false
  /// The time that is wanted: a run to it begins with the last key picture at or before it.
  var target: Microseconds = 0
  /// Key pictures from here on are kept even where they are many.
  var shelfStart: Microseconds = .max

  var rhythm: KeyRhythm
  /// Decode time of the last packet of this passage.
  private(set) var reached: Microseconds = .min
  /// From here on every key picture that this passage met is known; `nil` before its first packet.
  private(set) var knownFrom: Microseconds?
  /// Where in the file the packet read last begins, or the last one of which that is told.
  private(set) var lastPosition: Int64?
  /// The end of the latest picture ever seen.
  private(set) var latestEnd: Microseconds = 0
  /// From decoding to showing, the most of any key picture.
  private(set) var keyDelay: Microseconds = 0
  /// The same, the least.
  private var leastDelay: Microseconds?
  /// The recording is read to its end.
  private(set) var isAtEnd = false
  /// Packets of this passage.
  private(set) var passed = 0
  /// The number of this passage.
  private(set) var passage = 0
  /// Time of the first packet after a jump that nobody was told of yet.
  var jump: Microseconds?

  private let keepsFollowers: Bool
  /// The latest key pictures of this passage, in file order.
  private(set) var shelf: [Packet] = []
  /// Since the last key picture that was fed.
  private var packets: [Packet] = []
  /// Packets fed already.
  private var fed = 0
  private var bytes = 0
  /// The packet kept last, while its time of showing is open.
  private var open: Packet?
  private var isAtBeginning = true

  /// Begins where the container stands.
  ///
  /// - Parameters:
  ///   - container: What is read, from its beginning.
  ///   - map: What is known of it.
  ///   - keepsFollowers: Also the packet after each key picture: it may be its other field.
  init(container: Container, map: KeyMap, keepsFollowers: Bool) {
    self.container = container
    self.map = map
    self.keepsFollowers = keepsFollowers
    let isOldMPEG = container.facts.video.codec.hasPrefix("mpeg")
    rhythm = KeyRhythm(fallback: isOldMPEG ? 600_000 : 2_000_000)
  }

  /// There is no room for more.
  var isFull: Bool { bytes >= Self.byteLimit }

  // MARK: Reading

  /// Reads one packet.
  ///
  /// - Returns: `false` at the recording's end.
  func readOn() throws(RecordingError) -> Bool {
    guard !isAtEnd, let facts = try container.read() else {
      meetEnd()
      return false
    }
    if facts.beginsAnew { beginPassage(atBeginning: isAtBeginning && passed <= 1) }
    note(facts)
    settleOpen(with: facts)
    let key = keepsFollowers ? shelf.last : nil
    let isFollower = key.map { $0.follower == nil } ?? false
    let belongs = facts.isKey || keepsAll && (beginsAnywhere || !packets.isEmpty)
    if isFollower || belongs {
      let packet = try container.take(facts)
      packet.placeBefore = lastPosition
      if isFollower { key?.follower = packet }
      if belongs { keep(packet) }
    }
    // A key picture still to be read is shown later than that.
    if open == nil { noteKnown(through: reached + (leastDelay ?? 0)) }
    return true
  }

  private func note(_ facts: PacketFacts) {
    passed += 1
    if knownFrom == nil {
      // Key pictures of before may still be shown for as long as they wait for being shown.
      let wait = leastDelay == nil ? 16 * container.frameDuration : keyDelay
      knownFrom = isAtBeginning ? .min : facts.decodeTime + wait
    }
    reached = max(reached, facts.decodeTime)
    lastPosition = facts.position ?? lastPosition
    latestEnd = max(latestEnd, facts.time + container.frameDuration)
    if facts.followsJump {
      jump = facts.time
      rhythm.forgetPosition()
    }
  }

  private func keep(_ packet: Packet) {
    if packet.facts.isKey {
      shelf.append(packet)
      let isLong = shelf.count > Self.shelfLimit && shelf[0].facts.time < shelfStart
      if isLong || shelf.count > Self.longShelfLimit { shelf.removeFirst() }
    }
    if keepsAll {
      packets.append(packet)
      bytes += packet.facts.size
    }
    if packet.facts.isTimeOpen {
      open = packet
    } else if packet.facts.isKey {
      note(key: packet)
    }
  }

  private func note(key: Packet) {
    let facts = key.facts
    rhythm.note(facts.time)
    let delay = max(facts.time - facts.decodeTime, 0)
    keyDelay = max(keyDelay, delay)
    leastDelay = min(leastDelay ?? delay, delay)
    trim(to: key)
    // Key pictures are shown in the order in which they are decoded.
    if let from = knownFrom { knownFrom = min(from, facts.time) }
    list?.settle(facts, in: &map)
    guard isMapping else { return }
    let place = facts.position ?? key.placeBefore ?? -1
    map.note(KeyMap.Key(time: facts.time, position: place, size: facts.size))
  }

  private func noteKnown(through time: Microseconds) {
    guard isMapping, let knownFrom else { return }
    map.cover(from: knownFrom, through: time)
  }

  private func meetEnd() {
    isAtEnd = true
    open.map { settle($0, at: max($0.facts.time, reached + container.frameDuration)) }
    guard isMapping, passed > 0 else { return }
    noteKnown(through: .max)
    map.end = latestEnd
  }

  /// The packet kept before is shown when this one is decoded, unless this one is shown at once.
  private func settleOpen(with facts: PacketFacts) {
    guard let open, facts.isTimeOpen || facts.time > facts.decodeTime else { return }
    let isNear = facts.decodeTime - open.facts.decodeTime <= container.longestWait
    settle(open, at: isNear ? facts.decodeTime : open.facts.decodeTime + container.frameDuration)
  }

  private func settle(_ packet: Packet, at time: Microseconds) {
    packet.settle(time: time, ticks: container.ticks(of: time))
    open = nil
    if packet.facts.isKey { note(key: packet) }
  }

  /// Reading goes on elsewhere: nothing of before follows from here.
  ///
  /// - Parameter isBeginning: It goes on with the recording's first packet.
  func beginPassage(atBeginning isBeginning: Bool) {
    packets = []
    fed = 0
    bytes = 0
    shelf = []
    open = nil
    reached = .min
    knownFrom = nil
    lastPosition = nil
    isAtEnd = false
    isAtBeginning = isBeginning
    passed = 0
    passage += 1
    rhythm.forgetPosition()
  }

  // MARK: Key pictures

  /// The packet of a key picture, if it is at hand.
  func packet(of key: KeyMap.Key, within tolerance: Microseconds) -> Packet? {
    var best: Packet?
    for packet in shelf where !packet.facts.isTimeOpen {
      let distance = abs(packet.facts.time - key.time)
      if distance <= tolerance, distance <= best.map({ abs($0.facts.time - key.time) }) ?? .max {
        best = packet
      }
    }
    return best
  }

  /// The packet after a key picture, read if need be.
  func follower(of key: Packet) throws(RecordingError) -> Packet? {
    if key.follower == nil, shelf.last === key { _ = try readOn() }
    return key.follower
  }

  // MARK: Runs

  /// Feeding begins anew with this key picture, if all since is at hand.
  func beginRun(at key: Packet) -> Bool {
    guard let index = packets.firstIndex(where: { $0 === key }) else { return false }
    drop(index)
    fed = 0
    return true
  }

  /// The first packet kept is a key picture, and none was fed.
  var firstOfRun: Packet? { fed == 0 ? packets.first : nil }

  /// A packet of the run is at hand.
  var hasNext: Bool { fed < packets.count && !packets[fed].facts.isTimeOpen }

  /// Takes the next packet of the run, which stays at hand until the next key picture is fed.
  func takeNext() -> Packet? {
    guard fed < packets.count else { return nil }
    let packet = packets[fed]
    if packet.facts.isKey || isFull { drop(fed) }
    fed += 1
    return packet
  }

  private func trim(to key: Packet) {
    guard key.facts.time <= target, let index = packets.lastIndex(where: { $0 === key }),
      index > fed
    else { return }
    drop(index)
  }

  private func drop(_ count: Int) {
    for packet in packets[..<count] { bytes -= packet.facts.size }
    packets.removeFirst(count)
    fed = max(0, fed - count)
  }
}
