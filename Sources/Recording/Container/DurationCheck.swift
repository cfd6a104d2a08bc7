// SPDX-License-Identifier: Apache-2.0

/// Whether a duration that a file announces can be true, told by what its bytes would have to hold.
///
/// Joined recordings and unfinished files announce days for a few megabytes.
struct DurationCheck {
  /// Bytes of the file.
  let bytes: Int64
  /// The time of the last picture that the container's own list knows, where it has one.
  let listedEnd: Microseconds?

  /// Bits a second below which no moving picture is coded, and above which none is recorded.
  static let plausibleRates: ClosedRange<Double> = 50_000...200_000_000

  /// Whether `duration` can be true.
  func accepts(_ duration: Microseconds) -> Bool {
    guard duration > 0 else { return false }
    if let listedEnd, duration <= 2 * listedEnd + 10_000_000 { return true }
    let rate = Double(bytes) * 8 / (Double(duration) / 1e6)
    // A clip of a second or two may be one still picture, so nothing can be said of it.
    return duration < 2_000_000 || Self.plausibleRates.contains(rate)
  }
}
