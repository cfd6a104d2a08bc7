// SPDX-License-Identifier: Apache-2.0

extension ValueParser where Value == Int {
  /// A whole number in decimal digits, within `range`.
  public static func integer(in range: ClosedRange<Int>) -> ValueParser {
    ValueParser { text throws(Refusal) in
      // Int(_:) would also take "+5", which no other place of the project writes.
      guard !text.hasPrefix("+"), let number = Int(text), range.contains(number) else {
        throw Refusal("a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}

extension ValueParser where Value == Double {
  /// A number such as 2, 0.5 or 12.25, within `range`.
  public static func number(in range: ClosedRange<Double>) -> ValueParser {
    ValueParser { text throws(Refusal) in
      guard let number = decimal(text), range.contains(number) else {
        throw Refusal("a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))")
      }
      return number
    }
  }
}

/// The number that digits with at most one point stand for; not "1e3", "inf", "nan" or "0x10",
/// which `Double(_:)` takes too.
func decimal(_ text: String) -> Double? {
  let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
  guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) else {
    return nil
  }
  return Double(text)
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// A number as people write it: "10" rather than "10.0".
func plain(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
