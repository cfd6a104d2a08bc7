// SPDX-License-Identifier: Apache-2.0

/// Where a recording is: `preview://HOST[:PORT]/TITLE`, or `preview+ogg://` for its sound.
public struct PreviewURL: Equatable, Sendable, CustomStringConvertible {
  /// The port where none is named.
  public static let defaultPort = 1616

  /// Pictures or sound.
  public var operation: PreviewRequest.Operation
  /// Name or address; of IPv6 without its brackets.
  public var host: String
  /// 1...65535.
  public var port: Int
  /// Which recording; `nil` where the URL names the server alone.
  public var title: String?

  /// Reads a URL.
  ///
  /// - Throws: ``MessageError`` naming the part that is wrong.
  public init(_ text: String) throws(MessageError) {
    let schemes: [(String, PreviewRequest.Operation)] = [
      ("preview://", .preview), ("preview+ogg://", .sound),
    ]
    guard let (scheme, operation) = schemes.first(where: { text.lowercased().hasPrefix($0.0) })
    else {
      throw MessageError(
        field: "URL", value: text, allowed: "preview://HOST[:PORT]/TITLE or preview+ogg://...")
    }
    self.operation = operation
    let rest = text.dropFirst(scheme.count)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    (host, port) = try Self.authority(rest[..<slash])
    let path = rest[slash...].dropFirst()
    guard !path.isEmpty else { return }
    guard let title = Self.percentDecoded(path) else {
      throw MessageError(field: "Title", value: "\(path)", allowed: "UTF-8 with %XX escapes")
    }
    try Title.check(title)
    self.title = title
  }

  private static func authority(_ text: Substring) throws(MessageError) -> (String, Int) {
    var host = text
    var port = text[text.endIndex...]
    if text.first == "[", let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      port = text[text.index(after: end)...]
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[colon...]
    }
    guard !host.isEmpty, !host.contains(where: { $0 == "@" || $0 == " " }) else {
      throw MessageError(field: "HOST", value: "\(text)", allowed: "a name or an address")
    }
    guard !port.isEmpty else { return (String(host), defaultPort) }
    let digits = port.dropFirst()
    guard port.first == ":", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let number = Int(digits), 1...65535 ~= number
    else { throw MessageError(field: "PORT", value: "\(digits)", allowed: "1 to 65535") }
    return (String(host), number)
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, !digits.contains(0x2B),
        let value = UInt8(Substring(digits), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The URL with the escapes it needs.
  public var description: String {
    let scheme = operation == .sound ? "preview+ogg" : "preview"
    let authority = host.contains(":") ? "[\(host)]" : host
    let place = port == Self.defaultPort ? authority : "\(authority):\(port)"
    return "\(scheme)://\(place)/\(Self.percentEncoded(title ?? ""))"
  }

  private static func percentEncoded(_ text: String) -> String {
    let plain = Set("-._~/!$&'()*+,;=:@".utf8)
    return text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
      case _ where plain.contains(byte): String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
