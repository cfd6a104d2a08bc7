// SPDX-License-Identifier: Apache-2.0
import Media

/// Draws a stretch of sound: a lane for each channel, loudness by root of the amplitude, so that
/// whispering is seen beside music.
///
/// The pale core is the root of the mean square, the body around it reaches to the peaks; edges are
/// smoothed. Where the sound has ended there is no line.
enum WaveformPainter {
  private typealias Colour = SIMD4<Float>

  private static let ground = colour(17, 22, 31)
  private static let line = colour(74, 88, 108)
  private static let body = colour(38, 132, 197)
  private static let core = colour(158, 221, 255)

  /// One column's heights, in rows from the top.
  private struct Column {
    var line: ClosedRange<Float>?
    var body: ClosedRange<Float>?
    var core: ClosedRange<Float>?
  }

  /// Draws; width and height are even.
  static func picture(of envelope: Envelope, width: Int, height: Int, end: Int?) -> Picture {
    let count = envelope.lanes.count
    let strides = Picture.strides(width: width)
    let lanes = (0..<count).map { lane in
      let top = Float(lane * height) / Float(count)
      return columns(
        envelope.columns(ofLane: lane, end: end), top: top, height: Float(height) / Float(count))
    }
    return Picture(width: width, height: height) { luma, blue, red in
      for row in stride(from: 0, to: height, by: 2) {
        let lane = lanes[min(row * count / height, count - 1)]
        for column in stride(from: 0, to: width, by: 2) {
          let (left, right) = (lane[column], lane[column + 1])
          let (upper, lower) = (Float(row), Float(row + 1))
          let first = row * strides.luma + column
          let colours = (
            colour(of: left, row: upper), colour(of: right, row: upper),
            colour(of: left, row: lower), colour(of: right, row: lower)
          )
          unsafe luma[first] = byte(colours.0.x)
          unsafe luma[first + 1] = byte(colours.1.x)
          unsafe luma[first + strides.luma] = byte(colours.2.x)
          unsafe luma[first + strides.luma + 1] = byte(colours.3.x)
          let sum = colours.0 + colours.1 + colours.2 + colours.3
          let place = row / 2 * strides.chroma + column / 2
          unsafe blue[place] = byte(sum.y / 4)
          unsafe red[place] = byte(sum.z / 4)
        }
      }
    }
  }

  private static func columns(
    _ columns: [Envelope.Column], top: Float, height: Float
  ) -> [Column] {
    let centre = top + height / 2
    let reach = height * 0.46
    func around(_ amplitude: Float) -> ClosedRange<Float> {
      let half = amplitude.squareRoot() * reach
      return centre - half...centre + half
    }
    return columns.map { column in
      guard column.count > 0 else { return Column() }
      // The same above and below: half a wave of a deep tone fills a column alone.
      let body = around(max(-column.least, column.most))
      return Column(line: centre - 0.5...centre + 0.5, body: body, core: around(column.mean))
    }
  }

  private static func colour(of column: Column, row: Float) -> Colour {
    guard let line = column.line, let body = column.body, let core = column.core else {
      return ground
    }
    var colour = ground
    lay(Self.line, over: &colour, line, row)
    if body.upperBound > row, body.lowerBound < row + 1 {
      lay(Self.body, over: &colour, body, row)
      lay(Self.core, over: &colour, core, row)
    }
    return colour
  }

  /// Paints as much of a row's pixel as lies in the range.
  private static func lay(
    _ paint: Colour, over colour: inout Colour, _ range: ClosedRange<Float>, _ row: Float
  ) {
    let share = min(range.upperBound, row + 1) - max(range.lowerBound, row)
    if share > 0 { colour += (paint - colour) * share }
  }

  /// Luma and colour differences of red, green and blue, full range BT.601.
  private static func colour(_ red: Float, _ green: Float, _ blue: Float) -> Colour {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return Colour(luma, 128 + (blue - luma) / 1.772, 128 + (red - luma) / 1.402, 0)
  }

  private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
}
