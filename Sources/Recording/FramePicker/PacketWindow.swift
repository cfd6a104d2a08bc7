// SPDX-License-Identifier: Apache-2.0

/// The packets read but not yet decoded or given up: all of them, or the key pictures only.
///
/// In file order; what is kept begins with a key picture, or follows what was taken last.
final class PacketWindow {
  /// Bytes above which no more is kept: one gap between key pictures at 100 Mbit/s and 2 s.
  static let byteLimit = 24 << 20

  let container: Container
  private(set) var rhythm: KeyRhythm
  /// Key pictures at hand, in file order.
  private(set) var keys: [Packet] = []
  /// Decode time of the last packet read.
  private(set) var reached: Microseconds = .min
  /// Where in the file the packet read last begins.
  private(set) var lastPosition: Int64?
  /// The end of the latest picture ever seen.
  private(set) var latestEnd: Microseconds = 0
  /// The end of the latest picture seen since the last seek.
  private(set) var shownEnd: Microseconds = 0
  /// From decoding to showing, the most of any key picture.
  private(set) var keyDelay: Microseconds = 0
  /// The recording is read to its end.
  private(set) var isAtEnd = false
  /// Time of the first packet after a jump that nobody was told of yet.
  var jump: Microseconds?
  /// What is kept follows the packet taken last.
  private(set) var isContinued = false

  private let keepsAll: Bool
  private let keepsFollowers: Bool
  private var packets: [Packet] = []
  /// The packet kept last, while its time of showing is open.
  private var open: Packet?
  private var bytes = 0

  /// Begins where the container stands.
  ///
  /// - Parameters:
  ///   - container: What is read.
  ///   - keepsAll: Else only key pictures are kept.
  ///   - keepsFollowers: Also the packet after each key picture: it may be its other field.
  init(container: Container, keepsAll: Bool, keepsFollowers: Bool) {
    self.container = container
    self.keepsAll = keepsAll
    self.keepsFollowers = keepsFollowers
    let isOldMPEG = container.facts.video.codec.hasPrefix("mpeg")
    rhythm = KeyRhythm(fallback: isOldMPEG ? 600_000 : 2_000_000)
  }

  /// There is no room for more.
  var isFull: Bool { bytes >= Self.byteLimit }

  /// Reads one packet.
  ///
  /// - Returns: `false` at the recording's end.
  func readOn() throws(RecordingError) -> Bool {
    guard !isAtEnd, let facts = try container.read() else {
      isAtEnd = true
      open.map { settle($0, at: $0.facts.time) }
      return false
    }
    reached = max(reached, facts.decodeTime)
    lastPosition = facts.position
    shownEnd = max(shownEnd, facts.time + container.frameDuration)
    latestEnd = max(latestEnd, shownEnd)
    if facts.followsJump {
      jump = facts.time
      rhythm.forgetPosition()
    }
    settleOpen(with: facts)
    let follows = keepsFollowers && packets.last.map { $0 === keys.last } ?? false
    let belongs = keepsAll && (isContinued || !packets.isEmpty)
    guard facts.isKey || follows || belongs else { return true }
    let packet = try container.take(facts)
    packets.append(packet)
    bytes += facts.size
    if facts.isTimeOpen {
      open = packet
    } else if facts.isKey {
      note(packet)
    }
    return true
  }

  /// The packet kept before is shown when this one is decoded, unless this one is shown at once.
  private func settleOpen(with facts: PacketFacts) {
    guard let open, facts.isTimeOpen || facts.time > facts.decodeTime else { return }
    settle(open, at: facts.decodeTime)
  }

  private func settle(_ packet: Packet, at time: Microseconds) {
    packet.settle(time: time, ticks: container.ticks(of: time))
    open = nil
    if packet.facts.isKey { note(packet) }
  }

  private func note(_ key: Packet) {
    keys.append(key)
    rhythm.note(key.facts.time)
    keyDelay = max(keyDelay, key.facts.time - key.facts.decodeTime)
  }

  /// Forgets everything: reading goes on elsewhere.
  func clear() {
    packets = []
    keys = []
    open = nil
    bytes = 0
    reached = .min
    shownEnd = 0
    isAtEnd = false
    isContinued = false
    rhythm.forgetPosition()
  }

  /// Drops what lies before the last key picture at or before `time`, if one is at hand.
  ///
  /// - Returns: Whether the kept packets begin anew with that key picture.
  @discardableResult
  func trim(to time: Microseconds) -> Bool {
    guard let last = keys.lastIndex(where: { $0.facts.time <= time }) else { return false }
    let key = keys[last]
    keys.removeFirst(last)
    if let index = packets.firstIndex(where: { $0 === key }) {
      for packet in packets[..<index] { bytes -= packet.facts.size }
      packets.removeFirst(index)
    }
    isContinued = false
    return true
  }

  /// The decoder was used otherwise: what is kept begins anew with its first key picture.
  func breakRun() {
    isContinued = false
    let index = packets.firstIndex { $0 === keys.first } ?? packets.count
    for packet in packets[..<index] { bytes -= packet.facts.size }
    packets.removeFirst(index)
  }

  /// The packet after a key picture, read if need be.
  func follower(of key: Packet) throws(RecordingError) -> Packet? {
    guard let index = packets.firstIndex(where: { $0 === key }) else { return nil }
    if index + 1 == packets.count { _ = try readOn() }
    return index + 1 < packets.count ? packets[index + 1] : nil
  }

  /// A packet of the run is at hand.
  var hasNext: Bool { packets.first.map { !$0.facts.isTimeOpen } ?? false }

  /// Takes the next packet of the run; what follows continues it.
  func takeNext() -> Packet? {
    guard !packets.isEmpty else { return nil }
    let packet = packets.removeFirst()
    bytes -= packet.facts.size
    if keys.first === packet { keys.removeFirst() }
    isContinued = true
    return packet
  }
}
