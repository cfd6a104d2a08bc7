// SPDX-License-Identifier: Apache-2.0
import Arguments

/// Where a server can be looked into: `1617`, `host:1617`, `[::1]:1617`.
struct Place: Sendable {
  /// Where `previewd graph` looks, unless told otherwise.
  static let port = 1617

  var host = "127.0.0.1"
  var port = Place.port
}

extension ValueParser where Value == Place {
  /// A port, and an address or a name before it where it isn't this machine's.
  static func place(ports: ClosedRange<Int>) -> ValueParser {
    ValueParser { text throws(Refusal) in
      let refusal = Refusal(
        "a port from \(ports.lowerBound) to \(ports.upperBound), or HOST:PORT; [HOST]:PORT for IPv6"
      )
      let digits = text.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
      guard let port = Int(digits), ports.contains(port), digits.allSatisfy(\.isNumber) else {
        throw refusal
      }
      var host = text.dropLast(digits.count)
      if host.isEmpty { return Place(port: port) }
      host = host.dropLast()
      let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
      if isBracketed { host = host.dropFirst().dropLast() }
      guard !host.isEmpty, isBracketed || !host.contains(":") else { throw refusal }
      return Place(host: String(host), port: port)
    }
  }
}
