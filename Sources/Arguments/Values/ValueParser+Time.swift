// SPDX-License-Identifier: Apache-2.0

extension ValueParser where Value == Duration {
  /// Decimal seconds (`90`, `0.5`) or clock time (`01:30`, `[HH:]MM:SS[.mmm]`), within `range`.
  ///
  /// The decimal digits become a duration exactly, not by way of a floating-point number.
  public static func time(in range: ClosedRange<Duration>) -> ValueParser {
    ValueParser { text throws(Refusal) in
      guard let time = duration(text), range.contains(time) else {
        let bounds = "\(seconds(range.lowerBound)) to \(seconds(range.upperBound)) s"
        throw Refusal("a time from \(bounds), as seconds or [HH:]MM:SS[.mmm]")
      }
      return time
    }
  }
}

/// The duration that a text stands for; `nil` if it stands for none.
func duration(_ text: String) -> Duration? {
  let fields = text.split(separator: ":", omittingEmptySubsequences: false)
  guard (1...3).contains(fields.count) else { return nil }
  var whole: Int64 = 0
  // Minutes and hours: the first may be any number, the others are two digits below 60.
  for (index, field) in fields.dropLast().enumerated() {
    guard let number = wholeNumber(field), index == 0 || isSixtieth(field, number) else {
      return nil
    }
    whole = (whole + number) * 60
  }
  let last = fields[fields.count - 1].split(separator: ".", omittingEmptySubsequences: false)
  guard (1...2).contains(last.count), let rest = wholeNumber(last[0]),
    fields.count == 1 || isSixtieth(last[0], rest)
  else { return nil }
  guard last.count == 2 else { return .seconds(whole + rest) }
  guard let nanoseconds = fraction(last[1]) else { return nil }
  return .seconds(whole + rest) + .nanoseconds(nanoseconds)
}

/// At most twelve digits, so that nothing built from it overflows.
private func wholeNumber(_ digits: Substring) -> Int64? {
  guard !digits.isEmpty, digits.utf8.count <= 12, digits.utf8.allSatisfy(isDigit) else {
    return nil
  }
  return Int64(digits)
}

private func isSixtieth(_ field: Substring, _ number: Int64) -> Bool {
  field.utf8.count == 2 && number < 60
}

/// The digits after the point, at most nine, as nanoseconds.
private func fraction(_ digits: Substring) -> Int64? {
  guard digits.utf8.count <= 9, var number = wholeNumber(digits) else { return nil }
  for _ in digits.utf8.count..<9 { number *= 10 }
  return number
}

/// A duration in seconds for an error message: "0.04", "86400".
private func seconds(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  return plain(Double(seconds) + Double(attoseconds) / 1e18)
}
