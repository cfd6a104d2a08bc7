// SPDX-License-Identifier: Apache-2.0

/// The answer is over: the payload of kind 5 (docs/PROTOCOL.md, "End").
public struct PreviewEnd: Equatable, Sendable {
  /// How the answer ended.
  public enum Status: String, CaseIterable, Sendable {
    /// Everything asked for was sent.
    case complete
    /// The server stopped, or was told to.
    case stopped
    /// Some slots could not be answered.
    case partial
    /// The recording failed on the way.
    case failed
  }

  /// How the answer ended.
  public var status: Status
  /// Why it isn't complete.
  public var reason: String?
  /// Picture, audio or listing frames sent.
  public var framesSent: Int
  /// Slots without a picture.
  public var slotsMissed: Int

  /// Makes an end.
  public init(_ status: Status, reason: String? = nil, framesSent: Int, slotsMissed: Int = 0) {
    self.status = status
    self.reason = reason
    self.framesSent = framesSent
    self.slotsMissed = slotsMissed
  }

  /// Reads a payload.
  ///
  /// - Throws: ``MessageError`` naming the field, its value and what is allowed.
  public init(payload: [UInt8]) throws(MessageError) {
    let fields = try FieldReader(payload, message: "end")
    guard let status = try fields.word("Status", of: Status.self) else {
      throw MessageError(
        field: "Status", value: nil, allowed: "one of complete, stopped, partial, failed")
    }
    self.status = status
    reason = try fields.text("Reason")
    framesSent = try fields.integer("Frames", in: 0...Int.max) ?? 0
    slotsMissed = try fields.integer("Missed", in: 0...Int.max) ?? 0
  }

  /// The payload.
  public var payload: [UInt8] {
    var fields = MIMEDictionary()
    fields.append("Status", status.rawValue)
    if let reason { fields.append("Reason", reason) }
    fields.append("Frames", "\(framesSent)")
    fields.append("Missed", "\(slotsMissed)")
    return fields.bytes
  }
}
