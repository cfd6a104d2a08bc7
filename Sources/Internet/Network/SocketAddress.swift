// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// An IPv4 or IPv6 address with a port.
public struct SocketAddress: Sendable, CustomStringConvertible {
  var raw: clinux_address

  init(raw: clinux_address) { self.raw = raw }

  /// Reads a literal, "127.0.0.1" or "::1", without asking a resolver; `nil` for a name.
  public init?(literal host: String, port: UInt16) {
    guard let found = try? Self.resolve(host, port: port, onlyLiterals: true).first else {
      return nil
    }
    self = found
  }

  /// Port, in the host's byte order.
  public var port: UInt16 {
    unsafe withUnsafePointer(to: raw) { unsafe clinux_address_port($0) }
  }

  /// "127.0.0.1:1616" or "[::1]:1616".
  public var description: String {
    unsafe withUnsafePointer(to: raw) { address in
      unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 96) { text in
        unsafe clinux_address_text(address, text.baseAddress, text.count)
        return unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? "?"
      }
    }
  }

  /// Every address of a host, in the system's order of preference.
  ///
  /// Blocks while the resolver asks.
  ///
  /// - Throws: ``InternetError`` with the resolver's reason.
  public static func resolve(
    _ host: String, port: UInt16, onlyLiterals: Bool = false
  ) throws(InternetError) -> [SocketAddress] {
    var found = [clinux_address](repeating: clinux_address(), count: 16)
    let count = unsafe clinux_resolve(host, port, onlyLiterals ? 1 : 0, &found, 16)
    if count > 0 { return found.prefix(Int(count)).map(SocketAddress.init(raw:)) }
    let reason = unsafe clinux_resolve_error_text(count).map { unsafe String(cString: $0) }
    throw InternetError("look up", host, reason: reason ?? "no address")
  }
}

extension SocketAddress {
  /// The address without its port: "127.0.0.1" or "::1".
  var host: String {
    let text = description
    let host = text.prefix(text.count - "\(port)".count - 1)
    return String(host.first == "[" ? host.dropFirst().dropLast() : host)
  }

  /// Whether it stands for every address of its host.
  var isWildcard: Bool { ["0.0.0.0", "::"].contains(host) }
}
