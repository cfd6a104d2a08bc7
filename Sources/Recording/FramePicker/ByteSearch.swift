// SPDX-License-Identifier: Apache-2.0

/// Guesses where in a file a time lies, from the places met so far (TS, PS).
///
/// Bytes are counted from the nearer of the two places around it: forward as they passed before that
/// place, back as they pass between the two. On a constant bit rate the first guess is right, elsewhere
/// each miss narrows the next.
struct ByteSearch {
  /// A time met at a place.
  struct Place: Equatable {
    let time: Microseconds
    let position: Int64
  }

  private var places: [Place]
  private static let limit = 1024
  /// A rate is measured over this long at least.
  private static let rateSpan: Microseconds = 1_000_000

  /// - Parameters:
  ///   - size: Bytes of the file.
  ///   - duration: Of the recording.
  init(size: Int64, duration: Microseconds) {
    places = [Place(time: 0, position: 0), Place(time: duration, position: size)]
  }

  /// The index of the place met behind a time, at least 1.
  private func upper(_ time: Microseconds) -> Int {
    max(1, places.firstIndex { $0.time > time } ?? places.count - 1)
  }

  /// The last place met before a time.
  func lastPlace(before time: Microseconds) -> Int64 { places[upper(time) - 1].position }

  /// How many bytes pass in so long, about; no more than lie between the places around the time.
  func bytes(passingIn span: Microseconds, at time: Microseconds) -> Int64 {
    let upper = upper(time)
    return bytes(passingIn: span, between: places[upper - 1], and: places[upper])
  }

  private func bytes(
    passingIn span: Microseconds, between low: Place, and high: Place
  ) -> Int64 {
    guard high.time > low.time else { return 0 }
    let pace = Double(high.position - low.position) / Double(high.time - low.time)
    return Int64(min(pace * Double(span), Double(high.position - low.position)))
  }

  /// The place where `time` should be, at least 0 and less than the size.
  func guess(for time: Microseconds) -> Int64 {
    let upper = upper(time)
    let high = places[upper]
    let low = places[upper - 1]
    guard high.time > low.time else { return low.position }
    if upper < places.count - 1, high.time - time < time - low.time {
      return high.position - bytes(passingIn: high.time - time, between: low, and: high)
    }
    let earlier = places.last { $0.time <= low.time - Self.rateSpan }
    let (from, to) = low.position > 0 ? (earlier ?? low, earlier == nil ? high : low) : (low, high)
    let rate = Double(to.position - from.position) / Double(to.time - from.time)
    let position = Double(low.position) + rate * Double(time - low.time)
    // A rate that leads past the later place was only true before: meet that place half way.
    let middle = (low.position + high.position) / 2
    let isWithin = position < Double(high.position)
    return max(isWithin ? Int64(position) : middle, 0)
  }

  /// Remembers a place met; one that contradicts the others is left out.
  mutating func note(_ place: Place) {
    // Slots go forward: the places met first serve no more.
    if places.count >= Self.limit { places.removeSubrange(1..<Self.limit / 2) }
    let index = places.firstIndex { $0.time >= place.time } ?? places.count - 1
    guard index > 0, places[index].time > place.time,
      (places[index - 1].position..<places[index].position).contains(place.position),
      place.position > places[index - 1].position
    else { return }
    places.insert(place, at: index)
  }

  /// Nothing follows `position`: the end lies before it.
  mutating func cutEnd(at position: Int64) {
    guard let end = places.popLast() else { return }
    let lowest = (places.last?.position ?? 0) + 1
    places.append(Place(time: end.time, position: max(position, lowest)))
  }
}
