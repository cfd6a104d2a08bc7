// SPDX-License-Identifier: Apache-2.0

/// Looks at places all over a transport or program stream, before anything is searched in it:
/// whether its times jump (two recordings joined), so that no search can be believed.
///
/// Where a stretch has far more or less time than its bytes suggest, its middle is looked at, and so
/// on, until the jump or an honest change of the bit rate is found.
struct Survey {
  let container: Container
  let duration: Microseconds

  /// What was found.
  struct Result {
    /// Places met, in order.
    var places: [ByteSearch.Place] = []
    /// The times jump somewhere.
    var jumps = false
  }

  /// One place a minute, within these.
  private static let counts = 3...12
  /// Below these bytes the whole is read as fast.
  private static let smallest: Int64 = 512 << 10
  /// Time against bytes may be so many times the mean without being looked at closer.
  private static let tolerance = 2.0
  private static let narrowest: Int64 = 128 << 10

  /// Looks.
  ///
  /// - Throws: ``RecordingError``: stalled, the system's failure to read.
  func run() throws(RecordingError) -> Result {
    let size = container.facts.bytes
    guard size >= Self.smallest else { return Result() }
    let wanted = Int(duration / 60_000_000)
    let count = Int64(min(max(wanted, Self.counts.lowerBound), Self.counts.upperBound))
    var result = Result()
    var all = [ByteSearch.Place(time: 0, position: 0)]
    for index in 1...count {
      // The last one lies before the end, where a duration that is wrong shows itself.
      let position = index == count ? size - size / 64 : size * index / count
      guard let place = try look(at: position), place.position > all[all.count - 1].position
      else { continue }
      all.append(place)
    }
    let last = all[all.count - 1]
    guard last.position > 0 else { return result }
    let pace = Double(last.time) / Double(last.position)
    result.places = Array(all.dropFirst())
    for (before, after) in zip(all, all.dropFirst()) {
      if try jumps(between: before, and: after, pace: max(pace, 0)) {
        result.jumps = true
        return result
      }
    }
    return result
  }

  /// Whether the time jumps between two places; bytes pass at `pace` microseconds each elsewhere.
  private func jumps(
    between first: ByteSearch.Place, and second: ByteSearch.Place, pace: Double
  ) throws(RecordingError) -> Bool {
    var (low, high) = (first, second)
    while true {
      let time = high.time - low.time
      let bytes = high.position - low.position
      let fair = Double(bytes) * pace
      if time < 0 {
        // A packet or two may be wrong by themselves; a second look at the same place tells.
        return true
      }
      if time <= 2 * Timeline.largestStep || Double(time) <= Self.tolerance * fair { return false }
      if bytes <= Self.narrowest { return time > Timeline.largestStep }
      guard let middle = try look(at: (low.position + high.position) / 2),
        (low.position + 1..<high.position).contains(middle.position)
      else { return true }
      if middle.time < low.time || middle.time > high.time { return true }
      // On with the half that has the more time for its bytes.
      let lower = Double(middle.time - low.time) / Double(middle.position - low.position)
      let upper = Double(high.time - middle.time) / Double(high.position - middle.position)
      if lower > upper { high = middle } else { low = middle }
    }
  }

  /// The time at a place, as two packets agree on it.
  private func look(at position: Int64) throws(RecordingError) -> ByteSearch.Place? {
    guard container.seek(toByte: position) else { return nil }
    var last: PacketFacts?
    for _ in 0..<4 {
      guard let facts = try container.read() else { return nil }
      if let last, !facts.beginsAnew, abs(facts.decodeTime - last.decodeTime) < 2_000_000 {
        return ByteSearch.Place(time: last.decodeTime, position: last.position ?? position)
      }
      last = facts
    }
    return nil
  }
}
