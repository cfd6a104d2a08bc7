// SPDX-License-Identifier: Apache-2.0

/// What a client asks for: the payload of kind 1 (docs/PROTOCOL.md, "Request").
public struct PreviewRequest: Equatable, Sendable {
  /// What kind of answer is asked for.
  public enum Operation: String, CaseIterable, Sendable {
    /// Pictures of a recording.
    case preview
    /// Which recordings there are.
    case list
    /// Ogg Vorbis pages of a recording.
    case sound
  }

  /// Which picture stands for a slot.
  public enum Mode: String, CaseIterable, Sendable {
    /// The keyframe nearest to the slot: fast.
    case keyframe
    /// The first picture at or after the slot.
    case exact
    /// Keyframes while they lie close enough, else exact; the server's choice.
    case auto
  }

  /// How fast the answer is sent.
  public enum Pace: Equatable, Sendable {
    /// As the recording plays.
    case realtime
    /// As soon as possible.
    case asap
    /// So many times as fast as it plays, 0.1...1000.
    case rate(Double)
  }

  /// Pictures, sound or a list.
  public var operation: Operation
  /// Which recording; of a list, the folder, or `nil` for all.
  public var title: String?
  /// From one slot to the next: 0.04 s to a day.
  public var interval: Duration = .seconds(10)
  /// Pixels a row, 16...4096.
  public var width = 320
  /// JPEG quality, 1...100.
  public var quality = 75
  /// Slots before this time are left out.
  public var start: Duration = .zero
  /// Slots at or after this time are left out.
  public var end: Duration?
  /// At most so many slots, 1 or more.
  public var count: Int?
  /// Which picture stands for a slot.
  public var mode: Mode = .auto
  /// How fast the answer is sent.
  public var pace: Pace = .realtime

  /// Makes a request with the default of every value.
  public init(_ operation: Operation, title: String? = nil) {
    self.operation = operation
    self.title = title
  }
}

extension PreviewRequest {
  /// Allowed intervals.
  public static let intervals: ClosedRange<Duration> = .milliseconds(40)...(.seconds(86_400))
  /// Allowed widths, in pixels.
  public static let widths = 16...4096
  /// Allowed JPEG qualities.
  public static let qualities = 1...100
  /// Allowed numbers of slots.
  public static let counts = 1...Int.max
  /// Allowed paces, as factors of the recording's own.
  public static let rates = 0.1...1000
  /// Latest `start` and `end`: ten years.
  public static let latest: Duration = .seconds(315_360_000)

  /// Checks every value against its range.
  ///
  /// - Throws: ``MessageError`` on the first value that isn't allowed.
  public func validate() throws(MessageError) {
    if let title {
      try Title.check(title)
    } else if operation != .list {
      throw MessageError(field: "Title", value: nil, allowed: Title.allowed)
    }
    try Self.check(
      "Interval", interval.decimalSeconds, "0.04 to 86400 seconds", Self.intervals ~= interval)
    try Self.check("Width", "\(width)", FieldReader.words(for: Self.widths), Self.widths ~= width)
    try Self.check(
      "Quality", "\(quality)", FieldReader.words(for: Self.qualities), Self.qualities ~= quality)
    try Self.check(
      "Start", start.decimalSeconds, "0 to 315360000 seconds", (.zero)...Self.latest ~= start)
    if let end {
      try Self.check(
        "End", end.decimalSeconds,
        "more than Start, which is \(start.decimalSeconds), and at most "
          + "315360000 seconds", end > start && end <= Self.latest)
    }
    if let count {
      try Self.check("Count", "\(count)", FieldReader.words(for: Self.counts), Self.counts ~= count)
    }
    if case .rate(let rate) = pace {
      try Self.check("Pace", "\(rate)", Pace.allowed, Self.rates ~= rate)
    }
  }

  private static func check(
    _ field: String, _ value: String, _ allowed: String, _ isAllowed: Bool
  ) throws(MessageError) {
    guard isAllowed else { throw MessageError(field: field, value: value, allowed: allowed) }
  }
}
