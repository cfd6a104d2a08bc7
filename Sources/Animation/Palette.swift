// SPDX-License-Identifier: Apache-2.0

/// The 256 colours that suit a picture best, by cutting the space of its colours.
///
/// Colours are counted in 32 steps a channel; then the box whose colours vary most, each counted as
/// often as it comes, is cut in two at its mean, across its most varied channel, until there are 256.
struct Palette {
  /// A colour, 0...255 a channel.
  typealias Colour = SIMD3<Int32>

  private struct Bin {
    var colour: Colour
    var count: Int64
  }

  private struct Box {
    var bins: ArraySlice<Bin>
    var mean = SIMD3<Double>.zero
    var error = SIMD3<Double>.zero

    init(_ bins: ArraySlice<Bin>) {
      self.bins = bins
      var count = 0.0
      for bin in bins {
        mean += SIMD3(bin.colour) * Double(bin.count)
        count += Double(bin.count)
      }
      mean /= max(count, 1)
      for bin in bins {
        let distance = SIMD3(bin.colour) - mean
        error += distance * distance * Double(bin.count)
      }
    }
  }

  /// The colours, at most 256.
  let colours: [Colour]
  /// Nearest colours found so far, by 32 steps a channel; -1: not yet.
  private var nearest = [Int16](repeating: -1, count: 1 << 15)

  /// The colours for pixels.
  init(_ pixels: [Colour]) {
    var sums = [Colour](repeating: .zero, count: 1 << 15)
    var counts = [Int64](repeating: 0, count: 1 << 15)
    for pixel in pixels {
      let bin = Self.bin(of: pixel)
      // Of so many pixels the sum could leave 32 bits.
      if counts[bin] < 1 << 22 { sums[bin] &+= pixel }
      counts[bin] += 1
    }
    let bins = counts.indices.filter { counts[$0] > 0 }.map { place in
      Bin(
        colour: sums[place] / Int32(clamping: min(counts[place], 1 << 22)), count: counts[place])
    }
    var boxes = [Box(bins[...])]
    while boxes.count < 256 {
      let place = boxes.indices.max { boxes[$0].error.max() < boxes[$1].error.max() } ?? 0
      guard boxes[place].error.max() > 0, let (one, other) = Self.cut(boxes[place]) else { break }
      boxes[place] = one
      boxes.append(other)
    }
    colours = boxes.map { box in
      Colour(box.mean.rounded(.toNearestOrEven).clamped(lowerBound: .zero, upperBound: .all))
    }
  }

  /// The place of the colour nearest to another.
  mutating func place(of colour: Colour) -> Int {
    let bin = Self.bin(of: colour)
    if nearest[bin] >= 0 { return Int(nearest[bin]) }
    // The bin's centre, so that the answer is the same whoever asks first.
    let centre = Colour(
      Int32(bin >> 10) << 3 | 4, Int32(bin >> 5 & 31) << 3 | 4, Int32(bin & 31) << 3 | 4)
    var best = (place: 0, distance: Int32.max)
    for (place, candidate) in colours.enumerated() {
      let distance = candidate &- centre
      let square = distance &* distance
      // The eye sees green best and blue worst.
      let sum = 3 * square.x + 6 * square.y + square.z
      if sum < best.distance { best = (place, sum) }
    }
    nearest[bin] = Int16(best.place)
    return best.place
  }

  private static func bin(of colour: Colour) -> Int {
    Int(colour.x >> 3) << 10 | Int(colour.y >> 3) << 5 | Int(colour.z >> 3)
  }

  private static func cut(_ box: Box) -> (Box, Box)? {
    let error = box.error
    let channel = error.x == error.max() ? 0 : error.y == error.max() ? 1 : 2
    let mean = Int32(box.mean[channel].rounded(.down))
    let sorted = box.bins.sorted { $0.colour[channel] < $1.colour[channel] }
    let middle = sorted.firstIndex { $0.colour[channel] > mean } ?? sorted.count
    guard middle > 0, middle < sorted.count else { return nil }
    return (Box(sorted[..<middle]), Box(sorted[middle...]))
  }
}

extension SIMD3<Double> {
  fileprivate static var all: SIMD3<Double> { SIMD3(repeating: 255) }
}
