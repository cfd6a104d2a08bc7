// SPDX-License-Identifier: Apache-2.0

/// Guesses where in a file a time lies, from the places met so far (TS, PS).
///
/// Between the two nearest places known, bytes are taken to pass evenly: on a constant bit rate the
/// first guess is right, and elsewhere each miss narrows the next one.
struct ByteSearch {
  /// A time met at a place.
  struct Place: Equatable {
    let time: Microseconds
    let position: Int64
  }

  private var places: [Place]
  private static let limit = 4096

  /// - Parameters:
  ///   - size: Bytes of the file.
  ///   - duration: Of the recording.
  init(size: Int64, duration: Microseconds) {
    places = [Place(time: 0, position: 0), Place(time: duration, position: size)]
  }

  /// The place where `time` should be, at least 0 and less than the size.
  func guess(for time: Microseconds) -> Int64 {
    let upper = places.firstIndex { $0.time > time } ?? places.count - 1
    let high = places[max(upper, 1)]
    let low = places[max(upper, 1) - 1]
    guard high.time > low.time else { return low.position }
    let share = Double(time - low.time) / Double(high.time - low.time)
    let position = Double(low.position) + share * Double(high.position - low.position)
    return min(max(Int64(position), 0), max(high.position - 1, 0))
  }

  /// Remembers a place met; one that contradicts the others is left out.
  mutating func note(_ place: Place) {
    guard places.count < Self.limit else { return }
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
