// SPDX-License-Identifier: Apache-2.0
import Media

extension FramePicker {
  /// Key pictures tried that a run led past.
  private static let passedTries = 4

  /// Decodes from a key picture on to the slot; from one before, where that doesn't lead there.
  ///
  /// - Returns: `nil` at the recording's end, or where the map was dropped.
  func exactPicture(
    at slot: Microseconds, from key: KeyMap.Key?, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    let run = try decoders.run(showsAll: window.beginsAnywhere)
    used = nil
    var best: Frame?
    var hasBegun = false
    let drops = route.mapsDropped
    for back in [0, 1, 3, 8] {
      guard let start = beginning(key, stepsBack: back) else { break }
      guard try goOn(run, from: start, on: route, isFirst: back == 0) else {
        if route.mapsDropped > drops { return nil }
        continue
      }
      hasBegun = true
      let found = try run.picture(at: slot) { () throws(RecordingError) in
        try self.nextOfRun()
      }
      guard let found else { continue }
      if let best, best.time <= found.time { continue }
      best = found
      if run.lateness(of: found, for: slot) == 0 { break }
    }
    guard let best else {
      // Where a search finds no beginning of a run there is a gap, not the end.
      let isGap = !hasBegun && key != nil && expectedCount != nil && route.isSearching
      return isGap ? .missing : nil
    }
    // What the decoder guesses depends on what it saw before.
    if best.isDamaged || run.lateness(of: best, for: slot) > 0 { metDamage = true }
    if let earlier = try keyPassed(by: best, after: slot, on: route) {
      metDamage = true
      return earlier
    }
    return .picture(best, isKey: best.isKey, followsJump: takeJump(before: best.time))
  }

  /// A key picture between a slot and the picture that a run led to: the run ran through damage.
  ///
  /// Left out, a later slot that it is near to would go back in time.
  private func keyPassed(
    by late: Frame, after slot: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    var time = slot - 1
    for _ in 0..<Self.passedTries {
      guard let key = window.map.first(after: time),
        key.time < late.time - container.frameDuration / 2
      else { return nil }
      time = key.time
      guard let packet = try route.fetch(key), let frame = try decode(packet) else { continue }
      return .picture(frame, isKey: true, followsJump: takeJump(before: frame.time))
    }
    return nil
  }

  /// Where a run begins; `nil` where there is nothing so far back.
  private func beginning(_ key: KeyMap.Key?, stepsBack: Int) -> KeyMap.Key?? {
    guard stepsBack > 0 else { return .some(key) }
    guard var start = key else { return nil }
    for _ in 0..<stepsBack {
      guard let earlier = window.map.last(atOrBefore: start.time - 1) else { break }
      start = earlier
    }
    return start == key ? nil : .some(start)
  }

  /// Has the next packet of the run at hand: of the run that is under way, or of one that begins.
  private func goOn(
    _ run: RunDecoder, from key: KeyMap.Key?, on route: KeyRoute, isFirst: Bool
  ) throws(RecordingError) -> Bool {
    let isUnderWay = isFirst && run.beginning != nil && window.passage == runPassage
    if isUnderWay {
      let start = key?.time ?? run.beginning ?? 0
      let isPassed = run.lastKey.map { $0 >= start - container.frameDuration / 2 } ?? false
      if isPassed && run.isClean || window.beginsAnywhere { return true }
    }
    // What can't be begun anew goes on as it is.
    guard try route.beginRun(at: key) else { return isUnderWay && route.isReadingOn }
    try run.restart()
    runPassage = window.passage
    return true
  }

  private func nextOfRun() throws(RecordingError) -> Packet? {
    while !window.hasNext {
      guard try readOn() else { return window.takeNext() }
    }
    return window.takeNext()
  }
}
