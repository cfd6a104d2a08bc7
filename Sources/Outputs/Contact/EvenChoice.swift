// SPDX-License-Identifier: Apache-2.0
import Media

/// Chooses pictures evenly spread over a recording whose length need not be known before its end.
///
/// It keeps eight to sixteen candidates for each picture wanted: whenever there are more, every
/// second one goes, and of those to come every second is passed over. In the end the candidate
/// nearest to the middle of each part of the recording is taken, an undamaged one where there is one.
public struct EvenChoice {
  /// How many are wanted.
  public let count: Int
  private var candidates: [OutputPicture] = []
  private var step = 1
  private var seen = 0

  /// Chooses so many.
  public init(count: Int) {
    precondition(count > 0, "a choice of \(count) pictures is none")
    self.count = count
  }

  /// Offers the next picture.
  public mutating func offer(_ picture: OutputPicture) {
    defer { seen += 1 }
    guard seen % step == 0 else { return }
    candidates.append(picture)
    guard candidates.count > 16 * count else { return }
    candidates = stride(from: 0, to: candidates.count, by: 2).map { candidates[$0] }
    step *= 2
  }

  /// The pictures chosen, in the order of their times; fewer where there are fewer.
  ///
  /// - Parameter duration: The recording's length; `nil`: to the last picture.
  /// - Returns: At most ``count`` pictures.
  public func chosen(over duration: Duration?) -> [OutputPicture] {
    guard candidates.count > count, let first = candidates.first, let last = candidates.last
    else { return candidates }
    // The pictures may be those of a part of the recording: they are spread over that.
    let start = candidates.count > 1 && first.slot > 0 ? first.askedTime : 0
    let step = (last.askedTime - first.askedTime) / Int64(candidates.count - 1)
    let end = min(duration?.wholeMicroseconds ?? .max, last.askedTime + step)
    var free = candidates[...]
    var chosen: [OutputPicture] = []
    for part in 0..<count {
      let middle = start + (end - start) / Int64(2 * count) * Int64(2 * part + 1)
      // As many as are still to be chosen must remain.
      let range = free.startIndex...(free.endIndex - (count - part))
      guard let best = range.min(by: { cost($0, middle) < cost($1, middle) }) else { break }
      chosen.append(candidates[best])
      free = free[(best + 1)...]
    }
    return chosen
  }

  /// How badly a candidate suits a moment: damage counts as much as half a part.
  private func cost(_ index: Int, _ moment: Int64) -> UInt64 {
    let picture = candidates[index]
    let distance = (picture.askedTime - moment).magnitude
    guard picture.isDamaged, let last = candidates.last else { return distance }
    return distance + last.askedTime.magnitude / UInt64(2 * count)
  }
}
