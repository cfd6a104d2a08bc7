// SPDX-License-Identifier: Apache-2.0

/// What serves a slot, decided from the key pictures seen so far: nothing is read or decoded here.
struct SlotDecision: Equatable {
  /// What to do next.
  enum Action: Equatable {
    /// More must be read before it can be decided.
    case readOn
    /// Show the key picture of this time.
    case key(Microseconds)
    /// Show again what was shown last.
    case again
    /// Decode to the first picture at or after the slot.
    case exact
    /// The recording ends before.
    case end
  }

  /// What is known when deciding.
  struct View {
    /// The slot's time.
    var slot: Microseconds
    var interval: Microseconds
    var mode: PickMode
    /// Key pictures at hand, in order of time.
    var keys: [Microseconds]
    /// The key picture that served the last slot.
    var used: Microseconds?
    /// The shortest gap between key pictures of late: no other lies nearer than half of it.
    var shortestGap: Microseconds
    /// Decode time of the last packet read: no key picture before it is still to come.
    var reached: Microseconds
    /// The end of the last picture, once the recording is read to its end.
    var end: Microseconds?
    /// There is no room to keep more packets.
    var isFull: Bool
  }

  /// Decides.
  static func decide(_ view: View) -> Action {
    if let end = view.end, view.slot >= end { return .end }
    return switch view.mode {
    case .keyframe: keyframe(view)
    case .exact: exact(view)
    case .auto: auto(view)
    }
  }

  private static func keyframe(_ view: View) -> Action {
    let candidates = view.keys + [view.used].compactMap { $0 }
    let nearest = candidates.min { abs($0 - view.slot) < abs($1 - view.slot) }
    let isSettled =
      view.end != nil || view.isFull || candidates.contains { $0 >= view.slot }
      || nearest.map { view.slot - $0 <= view.shortestGap / 2 } ?? false
    guard isSettled else { return .readOn }
    guard let nearest else { return view.end == nil ? .readOn : .end }
    return nearest == view.used ? .again : .key(nearest)
  }

  private static func exact(_ view: View) -> Action {
    view.reached > view.slot || view.end != nil || view.isFull ? .exact : .readOn
  }

  private static func auto(_ view: View) -> Action {
    let half = view.interval / 2
    let near = view.keys.filter { abs($0 - view.slot) <= half && $0 != view.used }
    let nearest = near.min { abs($0 - view.slot) < abs($1 - view.slot) }
    let isSettled =
      view.end != nil || view.isFull || view.keys.contains { $0 >= view.slot }
      || view.reached > view.slot + half
      || nearest.map { view.slot - $0 <= view.shortestGap / 2 } ?? false
    guard isSettled else { return .readOn }
    return nearest.map { .key($0) } ?? .exact
  }
}
