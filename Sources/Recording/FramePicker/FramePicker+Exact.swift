// SPDX-License-Identifier: Apache-2.0

extension FramePicker {
  /// Decodes from a key picture on to the slot; from one before, where that doesn't lead there.
  ///
  /// - Returns: `nil` at the recording's end, or where the map was dropped.
  func exactPicture(
    at slot: Microseconds, from key: KeyMap.Key?, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    let run = try decoders.run(showsAll: window.beginsAnywhere)
    used = nil
    var best: Frame?
    for back in [0, 1, 3, 8] {
      guard let start = beginning(key, stepsBack: back) else { break }
      guard try goOn(run, from: start, on: route, isFirst: back == 0) else { break }
      let found = try run.picture(at: slot) { () throws(RecordingError) in
        try self.nextOfRun()
      }
      guard let found else { continue }
      if let best, best.time <= found.time { continue }
      best = found
      if run.lateness(of: found, for: slot) == 0 { break }
    }
    guard let best else { return nil }
    // What the decoder guesses depends on what it saw before.
    if best.isDamaged || run.lateness(of: best, for: slot) > 0 { metDamage = true }
    return .picture(best, isKey: best.isKey, followsJump: takeJump(before: best.time))
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
