// SPDX-License-Identifier: Apache-2.0
import Media

/// What serves a slot, decided from the key pictures known so far: nothing is read or decoded here.
///
/// The same slot of the same recording is always decided alike, whatever was asked for before: a key
/// picture is taken only once all key pictures that could lie nearer are known.
struct SlotDecision {
  /// What to do next.
  enum Action: Equatable {
    /// The key pictures at this time must be known before it can be decided.
    case look(Microseconds)
    /// Show this key picture.
    case key(KeyMap.Key)
    /// Decode from this key picture (`nil`: the recording's first picture) to the first picture at or
    /// after the slot.
    case exact(from: KeyMap.Key?)
    /// The recording ends before.
    case end
  }

  /// The slot's time.
  let slot: Microseconds
  let interval: Microseconds
  let mode: PickMode
  /// How far key pictures lie apart, about: where to look first.
  let reach: Microseconds

  /// Times that serve a slot in `auto`: half an interval to both sides, each time for one slot only.
  var ownTimes: Range<Microseconds> {
    let from = slot - interval / 2
    return from..<from + interval
  }

  /// Decides by what a map knows.
  func action(by map: KeyMap) -> Action {
    if let end = map.end, slot >= end { return .end }
    return switch mode {
    case .keyframe: keyframe(map)
    case .exact: exact(map)
    case .auto: auto(map)
    }
  }

  private func keyframe(_ map: KeyMap) -> Action {
    var radius = max(reach / 2, 1)
    while true {
      // Only the nearest one's own distance must be known on both sides.
      let nearest = map.nearest(to: slot)
      let distance = nearest.map { abs($0.time - slot) }
      let near = min(radius, distance ?? radius)
      if let gap = map.firstGap(from: slot - near, through: slot + near) { return .look(gap) }
      if let nearest, let distance, distance <= radius { return .key(nearest) }
      if nearest == nil, map.firstGap(from: .min, through: .max) == nil { return .exact(from: nil) }
      radius *= 2
    }
  }

  private func auto(_ map: KeyMap) -> Action {
    let own = ownTimes
    let nearest = map.nearest(to: slot).flatMap { own.contains($0.time) ? $0 : nil }
    let distance = nearest.map { abs($0.time - slot) } ?? .max
    var radius = max(reach / 2, 1)
    while true {
      let near = min(radius, distance)
      let from = max(own.lowerBound, slot - near)
      let through = min(own.upperBound - 1, slot + near)
      if let gap = map.firstGap(from: from, through: through) { return .look(gap) }
      if let nearest, distance <= radius { return .key(nearest) }
      if from == own.lowerBound, through == own.upperBound - 1 { return exact(map) }
      radius *= 2
    }
  }

  private func exact(_ map: KeyMap) -> Action {
    var lead = max(reach, 1)
    let before = map.last(atOrBefore: slot)
    while true {
      let from = max(slot - lead, before?.time ?? .min)
      if let gap = map.firstGap(from: from, through: slot) { return .look(gap) }
      if let before, before.time >= from { return .exact(from: before) }
      if map.firstGap(from: .min, through: slot) == nil { return .exact(from: before) }
      lead *= 2
    }
  }
}
