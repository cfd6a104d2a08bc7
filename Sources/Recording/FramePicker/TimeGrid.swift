// SPDX-License-Identifier: Apache-2.0
import Media

/// The slots: slot k lies at k intervals from the recording's first picture.
struct TimeGrid {
  let interval: Microseconds
  /// The first slot at or after the start asked for.
  let first: Int
  /// Slots that the settings allow; `nil` where they set no bound.
  let askedCount: Int?
  /// Slots that the settings and the duration allow; `nil` where neither sets a bound.
  let count: Int?

  /// Lays the grid over a recording.
  ///
  /// - Parameters:
  ///   - settings: The interval, and what bounds the slots.
  ///   - duration: Of the recording, where it is known.
  init(settings: PreviewSettings, duration: Microseconds?) {
    let interval = settings.interval.microseconds
    precondition(interval > 0, "interval must be more than 0 s, not \(settings.interval)")
    let first = SlotGrid.slots(before: settings.start.microseconds, interval: interval)
    let counts = [settings.end?.microseconds, duration].map { end in
      end.map { max(SlotGrid.slots(before: $0, interval: interval) - first, 0) }
    }
    self.interval = interval
    self.first = first
    askedCount = [settings.count, counts[0]].compactMap { $0 }.min()
    count = [askedCount, counts[1]].compactMap { $0 }.min()
  }

  /// When slot `index` is asked for.
  func time(of index: Int) -> Microseconds { Microseconds(index) * interval }
}

extension Duration {
  /// Whole microseconds, cut.
  var microseconds: Microseconds {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
