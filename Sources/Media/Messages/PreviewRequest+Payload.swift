// SPDX-License-Identifier: Apache-2.0

extension PreviewRequest {
  /// Largest payload of a request, in bytes: 64 KiB.
  public static let payloadLimit = 64 << 10

  /// Reads a payload and checks every value.
  ///
  /// - Throws: ``MessageError`` naming the field, its value and what is allowed.
  public init(payload: [UInt8]) throws(MessageError) {
    let fields = try FieldReader(payload, message: "request")
    guard let operation = try fields.word("Operation", of: Operation.self) else {
      throw MessageError(
        field: "Operation", value: nil, allowed: "one of preview, list, sound")
    }
    self.init(operation, title: try fields.text("Title"))
    interval = try fields.seconds("Interval") ?? interval
    width = try fields.integer("Width", in: Self.widths) ?? width
    quality = try fields.integer("Quality", in: Self.qualities) ?? quality
    start = try fields.seconds("Start") ?? start
    end = try fields.seconds("End")
    count = try fields.integer("Count", in: Self.counts)
    mode = try fields.word("Mode", of: Mode.self) ?? mode
    if let text = try fields.text("Pace") { pace = try Pace(text) }
    try validate()
  }

  /// The payload: every value, defaults included.
  public var payload: [UInt8] {
    var fields = MIMEDictionary()
    fields.append("Operation", operation.rawValue)
    if let title { fields.append("Title", title) }
    guard operation != .list else { return fields.bytes }
    if operation == .preview {
      fields.append("Interval", interval.decimalSeconds)
      fields.append("Width", "\(width)")
      fields.append("Quality", "\(quality)")
      fields.append("Mode", mode.rawValue)
    }
    fields.append("Start", start.decimalSeconds)
    if let end { fields.append("End", end.decimalSeconds) }
    if let count, operation == .preview { fields.append("Count", "\(count)") }
    fields.append("Pace", pace.description)
    return fields.bytes
  }
}

extension PreviewRequest.Pace: CustomStringConvertible {
  static let allowed = "realtime, asap or a factor from 0.1 to 1000"

  /// Reads `realtime`, `asap` or a decimal factor.
  ///
  /// - Throws: ``MessageError`` on anything else.
  public init(_ text: String) throws(MessageError) {
    let word = text.trimmed.lowercased()
    switch word {
    case "realtime": self = .realtime
    case "asap": self = .asap
    default:
      // Digits and a point only: `Double` alone would also take "nan", "inf" and "0x1p4".
      guard word.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2E }), let rate = Double(word),
        PreviewRequest.rates ~= rate
      else { throw MessageError(field: "Pace", value: text, allowed: Self.allowed) }
      self = .rate(rate)
    }
  }

  /// The text as it stands in a request.
  public var description: String {
    switch self {
    case .realtime: "realtime"
    case .asap: "asap"
    case .rate(let rate): "\(rate)"
    }
  }
}
