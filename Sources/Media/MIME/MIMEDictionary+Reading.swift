// SPDX-License-Identifier: Apache-2.0

extension MIMEDictionary {
  /// Reads a header at the beginning of the text.
  ///
  /// - Returns: The fields, and where the body begins; `nil` where there is no finished, well
  ///   formed header within the limits.
  static func readHeader(_ text: ArraySlice<UInt8>) -> (fields: [Field], end: Int)? {
    var fields: [Field] = []
    var line = text.startIndex
    let limit = min(text.endIndex, text.startIndex + headerLimit)
    while fields.count <= fieldLimit {
      if text[line..<limit].starts(with: [0x0D, 0x0A]) { return (fields, line + 2) }
      guard let end = endOfField(text[line..<limit]), let field = readField(text[line..<end])
      else { return nil }
      fields.append(field)
      line = end + 2
    }
    return nil
  }

  /// Where the CRLF of the field is, behind all lines that continue it; `nil` if it is cut.
  private static func endOfField(_ text: ArraySlice<UInt8>) -> Int? {
    var index = text.startIndex
    while let end = text[index...].firstIndex(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
      // Only whole CRLFs are line ends: a lone CR, LF or NUL isn't text.
      guard text[end...].starts(with: [0x0D, 0x0A]) else { return nil }
      // What follows decides whether the field goes on: without it, the header is unfinished.
      guard end + 2 < text.endIndex else { return nil }
      guard text[end + 2] == 0x20 || text[end + 2] == 0x09 else { return end }
      index = end + 2
    }
    return nil
  }

  private static func readField(_ text: ArraySlice<UInt8>) -> Field? {
    guard let colon = text.firstIndex(of: 0x3A), isName(Array(text[..<colon])),
      let name = String(validating: text[..<colon], as: UTF8.self),
      let value = String(validating: text[(colon + 1)...], as: UTF8.self)
    else { return nil }
    return Field(name: name, text: value)
  }
}
