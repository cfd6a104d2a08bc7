// SPDX-License-Identifier: Apache-2.0

/// There is no answer: the payload of kind 6 (docs/PROTOCOL.md, "Error").
public struct PreviewFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// A short word that programs may act on; a code of a later server is kept as it is.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The word, as it is written.
    public let rawValue: String
    /// Takes any word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No recording has this title.
    public static let notFound = Code(rawValue: "not-found")
    /// The request can't be understood or asks for what isn't allowed.
    public static let badRequest = Code(rawValue: "bad-request")
    /// The recording can't be decoded, or lacks what was asked for.
    public static let unreadable = Code(rawValue: "unreadable")
    /// The request is over 64 KiB.
    public static let tooLarge = Code(rawValue: "too-large")
    /// The request is of a version that the server doesn't speak.
    public static let version = Code(rawValue: "version")
    /// The request didn't arrive in time.
    public static let timeout = Code(rawValue: "timeout")
    /// All decoders are at work: try again later.
    public static let busy = Code(rawValue: "busy")
    /// Too many clients: try again later.
    public static let overloaded = Code(rawValue: "overloaded")
    /// A fault of the server.
    public static let `internal` = Code(rawValue: "internal")
  }

  /// What kind of failure it is.
  public var code: Code
  /// What went wrong, in a sentence.
  public var reason: String
  /// What may be done about it.
  public var advice: String?

  /// Makes a failure.
  public init(_ code: Code, reason: String, advice: String? = nil) {
    self.code = code
    self.reason = reason
    self.advice = advice
  }

  /// Reads a payload.
  ///
  /// - Throws: ``MessageError`` naming the field, its value and what is allowed.
  public init(payload: [UInt8]) throws(MessageError) {
    let fields = try FieldReader(payload, message: "error")
    code = Code(rawValue: try fields.required("Code", allowed: "a word such as not-found").trimmed)
    reason = try fields.text("Reason") ?? ""
    advice = try fields.text("Advice")
  }

  /// The payload.
  public var payload: [UInt8] {
    var fields = MIMEDictionary()
    fields.append("Code", code.rawValue)
    fields.append("Reason", reason)
    if let advice { fields.append("Advice", advice) }
    return fields.bytes
  }

  /// The whole sentence: "no such recording (not-found): list shows what there is".
  public var description: String {
    "\(reason) (\(code.rawValue))" + (advice.map { ": \($0)" } ?? "")
  }
}
