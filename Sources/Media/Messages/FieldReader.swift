// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of one message by name and type; unknown fields are passed over.
struct FieldReader {
  let fields: MIMEDictionary

  /// Takes a payload that is a header block.
  init(_ payload: [UInt8], message: String) throws(MessageError) {
    try self.init(MIMEDictionary(payload), message: message)
  }

  init(_ fields: MIMEDictionary, message: String) throws(MessageError) {
    guard fields.hasHeader else {
      throw MessageError(
        field: message, value: "\(fields.body.count) bytes",
        allowed: "header fields in UTF-8, CRLF after each line, then an empty line")
    }
    self.fields = fields
  }

  /// The value as it was written; a field that stands there twice is an error.
  func text(_ name: String) throws(MessageError) -> String? {
    let values = fields.values(name)
    guard values.count < 2 else {
      throw MessageError(field: name, value: values.joined(separator: ", "), allowed: "one field")
    }
    return values.first
  }

  func required(_ name: String, allowed: String) throws(MessageError) -> String {
    guard let value = try text(name) else {
      throw MessageError(field: name, value: nil, allowed: allowed)
    }
    return value
  }

  /// A word in any case, from a list.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, of type: Word.Type
  ) throws(MessageError) -> Word? where Word.RawValue == String {
    guard let value = try text(name) else { return nil }
    guard let word = Word(rawValue: value.trimmed.lowercased()) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw MessageError(field: name, value: value, allowed: "one of " + words)
    }
    return word
  }

  /// A whole number in a range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(MessageError) -> Int? {
    guard let value = try text(name) else { return nil }
    let digits = value.trimmed
    guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(digits),
      range.contains(number)
    else {
      throw MessageError(field: name, value: value, allowed: Self.words(for: range))
    }
    return number
  }

  /// Seconds with at most six decimals; the range is checked by the message.
  func seconds(_ name: String) throws(MessageError) -> Duration? {
    guard let value = try text(name) else { return nil }
    guard let seconds = Duration(decimalSeconds: value.trimmed) else {
      throw MessageError(
        field: name, value: value, allowed: "seconds such as 10 or 0.5, at most 6 decimals")
    }
    return seconds
  }

  static func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "\(range.lowerBound) or more, a whole number"
      : "\(range.lowerBound) to \(range.upperBound), a whole number"
  }
}

extension String {
  /// Without spaces and tabs on either side.
  var trimmed: String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var rest = utf8[...]
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest) ?? self
  }
}
