// SPDX-License-Identifier: Apache-2.0

/// The grid of slots: slot k lies at k intervals from a recording's first picture.
package enum SlotGrid {
  /// How many slots lie before a time, which is also the number of the first one at or after it.
  ///
  /// - Parameters:
  ///   - time: Microseconds; none lies before 0.
  ///   - interval: Microseconds, more than 0.
  /// - Returns: At least 0.
  package static func slots(before time: Int64, interval: Int64) -> Int {
    time <= 0 ? 0 : Int((time - 1) / interval) + 1
  }
}
