// SPDX-License-Identifier: Apache-2.0

/// How fast frames are to come.
public enum Pace: Equatable, Sendable {
  /// As their media times say.
  case realtime
  /// As soon as they are there.
  case asap
  /// So many times real time: 2 is twice as fast.
  case rate(Double)
}

extension ValueParser where Value == Pace {
  /// `realtime`, `asap`, or a rate within `rates` (`4`, `0.5`, `4x`).
  public static func pace(rates: ClosedRange<Double>) -> ValueParser {
    ValueParser(completion: .words(["realtime", "asap"])) { text throws(Refusal) in
      switch text {
      case "realtime": return .realtime
      case "asap": return .asap
      default:
        let digits = text.hasSuffix("x") ? String(text.dropLast()) : text
        guard let rate = decimal(digits), rates.contains(rate) else {
          let bounds = "\(plain(rates.lowerBound)) to \(plain(rates.upperBound))"
          throw Refusal("realtime, asap or a rate from \(bounds)")
        }
        return .rate(rate)
      }
    }
  }
}
