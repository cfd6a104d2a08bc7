// SPDX-License-Identifier: Apache-2.0
import Media

/// Tells which slot a picture stands for: pictures come in the order of their slots, and where some
/// were left out, the time says how many.
struct SlotCounter {
  private let pictures: PreviewDescription.Pictures?
  private var last: Int?

  /// Begins an answer; without a description, pictures are counted from 0.
  init(_ pictures: PreviewDescription.Pictures?) {
    self.pictures = pictures
  }

  mutating func slot(of frame: PreviewFrame) -> Int {
    let next = last.map { $0 + 1 } ?? pictures?.firstSlot ?? 0
    var slot = next
    if frame.flags.contains(.discontinuity), let pictures {
      let interval = max(1, pictures.interval.wholeMicroseconds)
      // A keyframe lies around its slot, an exact picture behind it.
      let offset = pictures.mode == .keyframe ? interval / 2 : 0
      slot = max(next, Int((max(0, frame.time) + offset) / interval))
    }
    last = slot
    return slot
  }
}
