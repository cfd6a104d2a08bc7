// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The curves of ``ToneCurve`` as tables, for one kind of picture; light in parts of white.
struct LightTables {
  /// Steps of the tables by number or by light; the nearest step is taken.
  static let steps = 4096
  /// Steps of the table of screen numbers, which is steep at its dark end.
  static let screenSteps = 16384

  /// The light of a number 0...1, in equal steps.
  let light: [Float]
  /// Hybrid log-gamma only: what the screen does to light of this luminance in the scene, by the
  /// luminance's square root 0...1.
  let screenGain: [Float]?
  /// What light is multiplied by to fit, by the square root of the largest of red, green and blue
  /// over `peak`.
  let fit: [Float]
  /// The brightest light there is, in parts of white.
  let peak: Float
  /// The screen's numbers 0...255 of light 0...1, in equal steps.
  let screen: [Float]

  /// Calculates the tables: about a millisecond.
  init(light kind: FrameColours.Light, peak told: Double?) {
    let peak =
      switch kind {
      case .standard: ToneCurve.white
      // Without metadata: what most are made for. A screen of 10,000 cd/m2 is never used to its end.
      case .perceptual: min(max(told ?? 1000, ToneCurve.white), 10_000)
      case .hybrid: ToneCurve.hybridPeak
      }
    self.peak = Float(peak / ToneCurve.white)
    light = Self.table(Self.steps) { number in
      switch kind {
      case .standard: ToneCurve.screenLight(number)
      case .perceptual: min(ToneCurve.perceptualLight(number), peak) / ToneCurve.white
      case .hybrid: ToneCurve.hybridScene(number)
      }
    }
    screenGain =
      kind == .hybrid
      ? Self.table(Self.steps) { root in
        pow(max(root * root, 1e-6), ToneCurve.hybridGamma - 1) * ToneCurve.hybridPeak
          / ToneCurve.white
      } : nil
    fit = Self.table(Self.steps) { root in
      let light = max(root * root * peak, 1e-3)
      return ToneCurve.fitted(light, peak: peak) / light
    }
    screen = Self.table(Self.screenSteps) { ToneCurve.screenNumber($0) * 255 }
  }

  private static func table(_ steps: Int, _ value: (Double) -> Double) -> [Float] {
    (0..<steps).map { Float(value(Double($0) / Double(steps - 1))) }
  }

  /// A table to be looked up in without checks.
  @unsafe struct Lookup {
    let start: UnsafePointer<Float>
    let last: Float

    /// The value at a place 0...1; what lies outside is at the table's ends.
    @inline(__always)
    func value(_ place: Float) -> Float {
      unsafe start[Int(truncatingIfNeeded: Int32(min(max(place * last + 0.5, 0), last)))]
    }

    /// The values at three places.
    @inline(__always)
    func values(_ places: SIMD4<Float>) -> SIMD4<Float> {
      unsafe SIMD4(value(places.x), value(places.y), value(places.z), 0)
    }
  }

  /// All tables, while ``withPointers(_:)`` lends them.
  @unsafe struct Pointers {
    let light: Lookup
    let screenGain: Lookup?
    let fit: Lookup
    let screen: Lookup
    let overPeak: Float
  }

  /// Lends the tables.
  func withPointers(_ body: (Pointers) -> Void) {
    func lend(_ table: [Float], _ body: (Lookup) -> Void) {
      unsafe table.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        unsafe body(Lookup(start: start, last: Float(values.count - 1)))
      }
    }
    unsafe lend(light) { light in
      unsafe lend(fit) { fit in
        unsafe lend(screen) { screen in
          unsafe lend(screenGain ?? [0]) { gain in
            unsafe body(
              Pointers(
                light: light, screenGain: screenGain == nil ? nil : gain, fit: fit, screen: screen,
                overPeak: 1 / peak))
          }
        }
      }
    }
  }
}
