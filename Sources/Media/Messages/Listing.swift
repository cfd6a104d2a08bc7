// SPDX-License-Identifier: Apache-2.0

/// Recordings on offer: the payload of kind 9 (docs/PROTOCOL.md, "Listing").
public struct Listing: Equatable, Sendable {
  /// One recording.
  public struct Entry: Equatable, Sendable {
    /// What a recording has to offer.
    public enum Kind: String, CaseIterable, Sendable {
      /// Pictures, and perhaps sound.
      case video
      /// Sound only.
      case sound
    }

    /// What to ask for it by.
    public var title: String
    /// Its length; `nil` where unknown.
    public var duration: Duration?
    /// Its size in bytes.
    public var byteCount: Int
    /// What it has to offer.
    public var kind: Kind
    /// It is still being recorded.
    public var isGrowing: Bool

    /// Makes an entry.
    public init(
      title: String, duration: Duration? = nil, byteCount: Int, kind: Kind, isGrowing: Bool = false
    ) {
      self.title = title
      self.duration = duration
      self.byteCount = byteCount
      self.kind = kind
      self.isGrowing = isGrowing
    }
  }

  /// The recordings, in the server's order.
  public var entries: [Entry]

  /// Makes a listing.
  public init(entries: [Entry]) { self.entries = entries }

  /// Reads a payload: header blocks, one after the other.
  ///
  /// - Throws: ``MessageError`` naming the field, its value and what is allowed.
  public init(payload: [UInt8]) throws(MessageError) {
    entries = []
    var rest = payload[...]
    while !rest.isEmpty {
      guard let block = MIMEDictionary.readHeader(rest) else {
        throw MessageError(
          field: "listing", value: "\(rest.count) bytes", allowed: "header blocks, one an entry")
      }
      entries.append(try Entry(MIMEDictionary(fields: block.fields)))
      rest = rest[block.end...]
    }
  }

  /// The payload: a header block for each entry.
  public var payload: [UInt8] { entries.flatMap(\.block.bytes) }

  /// The entries in as many payloads as are needed to keep each near `byteLimit`.
  ///
  /// - Parameter byteLimit: Bytes; a payload is longer only if one entry alone is.
  /// - Returns: One payload at least, which is empty where there are no entries.
  public func payloads(byteLimit: Int = 64 << 10) -> [[UInt8]] {
    var payloads: [[UInt8]] = [[]]
    for entry in entries {
      let block = entry.block.bytes
      let isFull =
        !payloads[payloads.count - 1].isEmpty
        && payloads[payloads.count - 1].count + block.count > byteLimit
      if isFull { payloads.append([]) }
      payloads[payloads.count - 1] += block
    }
    return payloads
  }
}

extension Listing.Entry {
  fileprivate init(_ block: MIMEDictionary) throws(MessageError) {
    let fields = try FieldReader(block, message: "listing")
    title = try fields.required("Title", allowed: Title.allowed)
    try Title.check(title)
    duration = try fields.seconds("Duration")
    byteCount = try fields.integer("Size", in: 0...Int.max) ?? 0
    kind = try fields.word("Kind", of: Kind.self) ?? .video
    isGrowing = try fields.text("Growing")?.trimmed == "yes"
  }

  fileprivate var block: MIMEDictionary {
    var fields = MIMEDictionary()
    fields.append("Title", title)
    if let duration { fields.append("Duration", duration.decimalSeconds) }
    fields.append("Size", "\(byteCount)")
    fields.append("Kind", kind.rawValue)
    if isGrowing { fields.append("Growing", "yes") }
    return fields
  }
}
