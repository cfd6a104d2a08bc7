// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// A picture's brightness in 16 by 9 fields, and how much it varies: enough to tell black and scenes.
struct Sketch: Equatable {
  /// Mean brightness, 0...255, row by row.
  let fields: [Int]
  /// Standard deviation of all samples taken.
  let deviation: Double

  static let columns = 16
  static let rows = 9
  /// Pictures below this are black or of one colour; noise of a camera in the dark stays below 2,
  /// a line of white text on black is above 10.
  static let uniformDeviation = 3.0
  /// Mean change of the fields that makes another scene; movement within one stays below.
  static let sceneChange = 18

  /// The mean difference of the fields.
  func change(to other: Sketch) -> Int {
    let sum = zip(fields, other.fields).reduce(0) { $0 + abs($1.0 - $1.1) }
    return sum / max(fields.count, 1)
  }
}

extension Frame {
  /// It is black, or of one colour all over.
  var isUniform: Bool { sketch.deviation < Sketch.uniformDeviation }

  /// Its brightness, roughly.
  var sketch: Sketch {
    let format = unsafe AVPixelFormat(rawValue: pointer.pointee.format)
    guard let descriptor = unsafe av_pix_fmt_desc_get(format), width > 0, height > 0,
      let plane = unsafe pointer.pointee.data.0
    else { return Sketch(fields: [], deviation: 0) }
    let luma = unsafe descriptor.pointee.comp.0
    let step = Int(luma.step)
    let stride = Int(unsafe pointer.pointee.linesize.0)
    let isWide = luma.depth > 8
    var sums = [Int](repeating: 0, count: Sketch.columns * Sketch.rows)
    var counts = sums
    var (total, squares, count) = (0, 0, 0)
    // About 100 by 75 samples tell as much as all.
    let (across, down) = (max(width / 96, 1), max(height / 72, 1))
    for row in Swift.stride(from: 0, to: height, by: down) {
      let line = unsafe plane + row * stride + Int(luma.offset)
      for column in Swift.stride(from: 0, to: width, by: across) {
        let low = Int(unsafe line[column * step])
        let high = isWide ? Int(unsafe line[column * step + 1]) : 0
        let value = isWide ? (high << 8 | low) >> (Int(luma.depth) - 8 + Int(luma.shift)) : low
        let field =
          row * Sketch.rows / height * Sketch.columns + column * Sketch.columns / width
        sums[field] += value
        counts[field] += 1
        total += value
        squares += value * value
        count += 1
      }
    }
    let mean = Double(total) / Double(count)
    let variance = max(Double(squares) / Double(count) - mean * mean, 0)
    return Sketch(
      fields: zip(sums, counts).map { $1 == 0 ? 0 : $0 / $1 }, deviation: variance.squareRoot())
  }
}
