// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The functions between numbers and light, and the curve that makes bright light fit.
///
/// Light is in cd/m2, numbers are 0...1.
enum ToneCurve {
  /// White of standard pictures in the midst of bright ones, cd/m2 (ITU-R BT.2408).
  static let white = 203.0

  /// SMPTE ST 2084: a number's light.
  static func perceptualLight(_ number: Double) -> Double {
    let root = pow(max(number, 0), 1 / 78.84375)
    return 10_000
      * pow(max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root), 1 / 0.1593017578125)
  }

  /// SMPTE ST 2084: a light's number.
  static func perceptualNumber(_ light: Double) -> Double {
    let root = pow(max(light, 0) / 10_000, 0.1593017578125)
    return pow((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root), 78.84375)
  }

  /// ARIB STD-B67: a number's light in the scene, 0...1.
  static func hybridScene(_ number: Double) -> Double {
    let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
    return number <= 0.5 ? number * number / 3 : (exp((number - c) / a) + b) / 12
  }

  /// The screen that hybrid log-gamma is shown on: 1,000 cd/m2, with its gamma (ITU-R BT.2100).
  static let hybridPeak = 1000.0
  static let hybridGamma = 1.2

  /// sRGB: a number's light, 0...1.
  static func screenLight(_ number: Double) -> Double {
    number <= 0.04045 ? number / 12.92 : pow((number + 0.055) / 1.055, 2.4)
  }

  /// sRGB: the number of a light 0...1.
  static func screenNumber(_ light: Double) -> Double {
    light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
  }

  /// The light that stands for a light up to `peak` on a screen up to ``white`` (ITU-R BT.2390).
  ///
  /// Dark and middle light stay as they are; from a knee on a Hermite spline bends them together.
  static func fitted(_ light: Double, peak: Double) -> Double {
    guard peak > white else { return min(light, white) }
    let top = perceptualNumber(peak)
    let number = min(perceptualNumber(light) / top, 1)
    let most = perceptualNumber(white) / top
    let knee = 1.5 * most - 0.5
    guard number > knee else { return light }
    let t = (number - knee) / (1 - knee)
    let (square, cube) = (t * t, t * t * t)
    let bent =
      (2 * cube - 3 * square + 1) * knee + (cube - 2 * square + t) * (1 - knee)
      + (3 * square - 2 * cube) * most
    return perceptualLight(bent * top)
  }
}
