// SPDX-License-Identifier: Apache-2.0

extension Duration {
  /// Reads seconds such as `10`, `0.5` or `86399.999999`: digits, at most one point, at most six
  /// decimals, no sign, below 10^12.
  public init?(decimalSeconds text: String) {
    let parts = text.utf8.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? Array(parts[1]) : []
    guard 1...12 ~= parts[0].count, parts.count == 1 || 1...6 ~= decimals.count,
      (Array(parts[0]) + decimals).allSatisfy({ 0x30...0x39 ~= $0 })
    else { return nil }
    let padded = decimals + Array(repeating: 0x30, count: 6 - decimals.count)
    let digits = Array(parts[0]) + padded
    self = .microseconds(digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) })
  }

  /// Seconds with as many decimals as needed, at most six; parts of a microsecond are cut off.
  public var decimalSeconds: String {
    let microseconds = wholeMicroseconds
    let sign = microseconds < 0 ? "-" : ""
    let (seconds, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    guard rest > 0 else { return "\(sign)\(seconds)" }
    var decimals = String(String(rest + 1_000_000).dropFirst())
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(sign)\(seconds).\(decimals)"
  }

  /// The time as frames carry it; what doesn't fit 64 bits is the largest that does.
  public var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000_000
  }
}
