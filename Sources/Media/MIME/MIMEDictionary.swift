// SPDX-License-Identifier: Apache-2.0

/// Header fields in order, and a body: what each message of the preview stream is written as.
///
/// The text is RFC 5322 fields in UTF-8, `Name: value`, each line ended by CRLF; a line that
/// begins with a space or a tab continues the one before; an empty line ends the header; the rest
/// is the body. Text that has no such header is all body. Reading text and writing it again gives
/// the same bytes, whatever they were.
public struct MIMEDictionary: Equatable, Sendable {
  /// One field, as it was written or as it is going to be.
  public struct Field: Equatable, Sendable {
    /// Printable ASCII without a colon.
    public let name: String
    /// All between the colon and the last CRLF, folds included.
    let text: String

    /// The value: one space after the colon dropped, folds undone.
    public var value: String {
      let unfolded = text.utf8.contains(0x0D) ? text.replacingLineBreaks(with: "") : text
      return unfolded.hasPrefix(" ") ? String(unfolded.dropFirst()) : unfolded
    }
  }

  /// Longest header read, in bytes, its empty line included: a longer one counts as unfinished.
  public static let headerLimit = 64 << 10
  /// Most fields read: a header of more counts as no header.
  public static let fieldLimit = 1000

  /// The fields in order, repeats included.
  public private(set) var fields: [Field] = []
  /// What follows the header; of text without a header, all of it.
  public var body: [UInt8]
  /// There is a header, though it may be empty.
  public private(set) var hasHeader: Bool

  /// Makes an empty header with this body.
  public init(body: [UInt8] = []) {
    self.body = body
    hasHeader = true
  }

  /// Takes fields that were read, without a body.
  init(fields: [Field]) {
    self.fields = fields
    body = []
    hasHeader = true
  }

  /// Reads text; never fails, since text without a header is a body.
  public init(_ text: [UInt8]) {
    if let (fields, end) = Self.readHeader(text[...]) {
      self.fields = fields
      body = Array(text[end...])
      hasHeader = true
    } else {
      body = text
      hasHeader = false
    }
  }

  /// Value of the first field of this name; upper and lower case are the same.
  public subscript(name: String) -> String? {
    fields.first { $0.name.sameASCII(as: name) }?.value
  }

  /// Values of all fields of this name, in order.
  public func values(_ name: String) -> [String] {
    fields.filter { $0.name.sameASCII(as: name) }.map(\.value)
  }

  /// Adds a field behind the others.
  ///
  /// - Parameters:
  ///   - name: Printable ASCII without a colon.
  ///   - value: Text; control characters, which would break the line, become spaces.
  public mutating func append(_ name: String, _ value: String) {
    precondition(Self.isName(Array(name.utf8)), "'\(name)' can't be the name of a field")
    let clean = String(
      String.UnicodeScalarView(value.unicodeScalars.map { Self.isControl($0) ? " " : $0 }))
    fields.append(Field(name: name, text: " " + clean))
    hasHeader = true
  }

  /// The text: fields, empty line, body.
  public var bytes: [UInt8] {
    guard hasHeader else { return body }
    var bytes: [UInt8] = []
    for field in fields {
      bytes += field.name.utf8
      bytes.append(0x3A)
      bytes += field.text.utf8
      bytes += [0x0D, 0x0A]
    }
    bytes += [0x0D, 0x0A]
    bytes += body
    return bytes
  }

  static func isName(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name.allSatisfy { 33...126 ~= $0 && $0 != 0x3A }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
  }
}

extension String {
  /// The text with each CRLF replaced.
  fileprivate func replacingLineBreaks(with replacement: String) -> String {
    // CRLF is one character to Swift.
    String(flatMap { $0 == "\r\n" ? Array(replacement) : [$0] })
  }

  /// Equal but for the case of ASCII letters.
  fileprivate func sameASCII(as other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { left, right in
        left == right || (left ^ right == 0x20 && 0x61...0x7A ~= left | 0x20)
      }
  }
}
