// SPDX-License-Identifier: Apache-2.0
import Media

/// Which of the pictures that may serve a slot does, where more than its time counts.
///
/// All of it follows from the recording and the slot alone.
extension FramePicker {
  /// Places ahead that are tried where a picture shows nothing, evenly within half an interval.
  private static let placesAhead = 8
  /// Key pictures of a slot that are compared in `scene`, at most.
  private static let scenes: Microseconds = 32

  /// What serves a slot by all settings.
  ///
  /// - Returns: `nil` at the recording's end.
  func choose(
    for slot: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    if settings.scene, let scene = try scene(of: slot, on: route) { return scene }
    let first = if let blank { blank } else { try pick(for: slot, as: mode, on: route) }
    guard settings.skipBlack, case .picture(let frame, _, _) = first, frame.isUniform else {
      return first
    }
    // Should a recording that grows interrupt the search: a run doesn't come back to what it passed.
    blank = first
    let other = try ahead(of: frame, for: slot, on: route)
    blank = nil
    aheadOfBlank = nil
    // The next slot must look at the picture that was passed over for itself.
    used = nil
    guard let other, case .picture(let better, _, _) = other else {
      frame.note = .uniform
      return first
    }
    better.note = .passedOver(frame.time)
    return other
  }

  // MARK: Black

  /// The first picture within half an interval that shows something.
  private func ahead(
    of black: Frame, for slot: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    let half = grid.interval / 2
    let first = aheadOfBlank?.place ?? 1
    var last = aheadOfBlank?.last ?? black.time
    for place in first..<Microseconds(Self.placesAhead) {
      aheadOfBlank = (place, last)
      let time = slot + half * place / Microseconds(Self.placesAhead)
      guard time > last else { continue }
      window.target = time
      guard let pick = try pick(at: time, before: slot + half, on: route) else { return nil }
      guard case .picture(let frame, _, _) = pick else { continue }
      guard frame.time < slot + half else { return nil }
      if !frame.isUniform { return pick }
      last = max(last, frame.time)
    }
    return nil
  }

  /// The first picture of the mode's kind at or after a time.
  private func pick(
    at time: Microseconds, before limit: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> Pick? {
    if mode != .exact, !window.beginsAnywhere,
      let key = try self.key(after: time - 1, through: limit - 1, on: route),
      let packet = try route.fetch(key)
    {
      guard let frame = try decode(packet) else { return .missing }
      return .picture(frame, isKey: true, followsJump: takeJump(before: frame.time))
    }
    return mode == .keyframe ? nil : try pick(for: time, as: .exact, on: route)
  }

  // MARK: Scenes

  /// The key picture within the slot's own times that differs most from the one before it.
  ///
  /// - Returns: `nil` where none differs enough to be another scene.
  private func scene(of slot: Microseconds, on route: KeyRoute) throws(RecordingError) -> Pick? {
    guard !window.beginsAnywhere else { return nil }
    let own = SlotDecision(slot: slot, interval: grid.interval, mode: .auto, reach: 1).ownTimes
    var before = try lastKey(before: own.lowerBound, on: route)
    var best: (frame: Frame, change: Int)?
    var time = max(own.lowerBound, 0) - 1
    while let key = try self.key(after: time, through: own.upperBound - 1, on: route) {
      // Of those that lie closer the first is taken.
      time = max(key.time, key.time + grid.interval / Self.scenes - 1)
      guard let packet = try route.fetch(key), let frame = try decode(packet) else { continue }
      let sketch = frame.sketch
      let change = before.map { $0.change(to: sketch) } ?? 0
      before = sketch
      if change >= Sketch.sceneChange, change > best?.change ?? 0 { best = (frame, change) }
    }
    guard let best else { return nil }
    used = nil
    best.frame.note = .scene
    return .picture(best.frame, isKey: true, followsJump: takeJump(before: best.frame.time))
  }

  private func lastKey(
    before time: Microseconds, on route: KeyRoute
  ) throws(RecordingError) -> Sketch? {
    guard time > 0 else { return nil }
    while true {
      let decision = SlotDecision(
        slot: time - 1, interval: grid.interval, mode: .exact, reach: window.rhythm.longest)
      let action = decision.action(by: window.map)
      if try route.settle(action, of: decision) { continue }
      switch action {
      case .look(let place):
        guard try look(at: place, on: route) else { return nil }
      case .exact(from: let key?):
        guard let packet = try route.fetch(key), let frame = try decode(packet) else { return nil }
        return frame.sketch
      case .exact, .key, .end:
        return nil
      }
    }
  }
}
