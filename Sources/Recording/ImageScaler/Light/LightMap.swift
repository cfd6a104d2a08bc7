// SPDX-License-Identifier: Apache-2.0
import Media

/// Turns a small picture with more light or more colours than a JPEG has into one that fits.
///
/// Takes planar 4:4:4 of 16 bits, as scaled; makes 4:2:0 of 8 bits, full range BT.601. Colour for
/// colour: out to red, green and blue, to light, to BT.709's primaries, dimmed by the tone curve of
/// the brightest of the three (so that no colour changes its hue), to the screen's numbers.
struct LightMap {
  let colours: FrameColours
  private let tables: LightTables
  private let toRGB: Columns
  private let offset: Vector
  private let toBT709: Columns
  /// Nothing is to be done about primaries.
  private let isBT709: Bool

  private typealias Vector = SIMD4<Float>
  private typealias Columns = (Vector, Vector, Vector)

  init(_ colours: FrameColours) {
    self.colours = colours
    tables = LightTables(light: colours.light, peak: colours.peak)
    // Numbers of 16 bits: limited range is that of 8 bits times 256.
    let full = colours.isFullRange
    let scale: SIMD3<Double> =
      full ? [1 / 65535, 1 / 65535, 1 / 65535] : [1 / 56064, 1 / 57344, 1 / 57344]
    let zero: SIMD3<Double> = full ? [0, 32768, 32768] : [4096, 32768, 32768]
    let matrix = colours.matrix.toRGB
    toRGB = Self.columns(
      Matrix3(matrix.rows.0 * scale, matrix.rows.1 * scale, matrix.rows.2 * scale))
    offset = Self.vector(matrix * (zero * scale * -1))
    toBT709 = Self.columns(colours.primaries.toBT709)
    isBT709 = colours.primaries == .bt709
  }

  /// The picture that fits; width and height are even.
  func picture(of deep: DeepPicture) -> Picture {
    let strides = Picture.strides(width: deep.width)
    return Picture(width: deep.width, height: deep.height) { luma, blue, red in
      unsafe tables.withPointers { tables in
        for row in stride(from: 0, to: deep.height, by: 2) {
          for column in stride(from: 0, to: deep.width, by: 2) {
            let places = (
              unsafe shown(deep, row, column, tables), unsafe shown(deep, row, column + 1, tables),
              unsafe shown(deep, row + 1, column, tables),
              unsafe shown(deep, row + 1, column + 1, tables)
            )
            let first = row * strides.luma + column
            unsafe luma[first] = Self.byte(Self.luma(places.0))
            unsafe luma[first + 1] = Self.byte(Self.luma(places.1))
            unsafe luma[first + strides.luma] = Self.byte(Self.luma(places.2))
            unsafe luma[first + strides.luma + 1] = Self.byte(Self.luma(places.3))
            let mean = (places.0 + places.1 + places.2 + places.3) * 0.25
            let y = Self.luma(mean)
            let chroma = row / 2 * strides.chroma + column / 2
            unsafe blue[chroma] = Self.byte(128 + (mean.z - y) * (1 / 1.772))
            unsafe red[chroma] = Self.byte(128 + (mean.x - y) * (1 / 1.402))
          }
        }
      }
    }
  }

  /// The screen's red, green and blue, 0...255, of one pixel.
  @inline(__always)
  private func shown(
    _ deep: DeepPicture, _ row: Int, _ column: Int, _ tables: LightTables.Pointers
  ) -> Vector {
    let (luma, blue, red) = deep.values(row: row, column: column)
    let coded = offset + toRGB.0 * Float(luma) + toRGB.1 * Float(blue) + toRGB.2 * Float(red)
    var light = unsafe tables.light.values(coded)
    if let screenGain = unsafe tables.screenGain {
      let luminance = 0.2627 * light.x + 0.6780 * light.y + 0.0593 * light.z
      light *= unsafe screenGain.value(luminance.squareRoot())
    }
    if !isBT709 { light = inGamut(light) }
    let brightest = max(light.x, max(light.y, light.z))
    light *= unsafe tables.fit.value((brightest * tables.overPeak).squareRoot())
    return unsafe tables.screen.values(light)
  }

  /// BT.709's light of this colour; what it can't mix is drawn to grey of the same luminance.
  @inline(__always)
  private func inGamut(_ light: Vector) -> Vector {
    let there = toBT709.0 * light.x + toBT709.1 * light.y + toBT709.2 * light.z
    let least = min(there.x, min(there.y, there.z))
    if least >= 0 { return there }
    let luminance = 0.2126 * there.x + 0.7152 * there.y + 0.0722 * there.z
    return luminance + (there - luminance) * (luminance / max(luminance - least, 1e-9))
  }

  @inline(__always)
  private static func luma(_ rgb: Vector) -> Float {
    0.299 * rgb.x + 0.587 * rgb.y + 0.114 * rgb.z
  }

  @inline(__always)
  private static func byte(_ value: Float) -> UInt8 {
    UInt8(truncatingIfNeeded: Int32(min(max(value + 0.5, 0), 255)))
  }

  private static func columns(_ matrix: Matrix3) -> Columns {
    (vector(matrix.column(0)), vector(matrix.column(1)), vector(matrix.column(2)))
  }

  private static func vector(_ values: SIMD3<Double>) -> Vector {
    Vector(Float(values.x), Float(values.y), Float(values.z), 0)
  }
}
