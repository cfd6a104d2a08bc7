// SPDX-License-Identifier: Apache-2.0

/// What stands below the picture: what is shown, where in it, and how it comes.
public struct StatusLine: Equatable, Sendable {
  /// The recording's title, as the server sent it: never trusted.
  public var title: String
  /// Media time of the newest frame.
  public var time: Duration
  /// Slot of the newest frame, from 1.
  public var slot: Int
  /// Number of slots, where it is known.
  public var slots: Int?
  /// The recording is still being recorded.
  public var isGrowing: Bool
  /// Bytes of the newest frame.
  public var frameByteCount: Int
  /// Frames a second, where it is known.
  public var rate: Double?

  /// Makes a status line.
  public init(
    title: String, time: Duration, slot: Int, slots: Int? = nil, isGrowing: Bool = false,
    frameByteCount: Int, rate: Double? = nil
  ) {
    self.title = title
    self.time = time
    self.slot = slot
    self.slots = slots
    self.isGrowing = isGrowing
    self.frameByteCount = frameByteCount
    self.rate = rate
  }

  /// One line of at most `columns` cells: the title gives way to the facts, then these are cut.
  public func text(columns: Int, isUTF8: Bool) -> String {
    let facts = CellText(facts, columns: columns, isUTF8: isUTF8)
    let room = columns - facts.width - 2
    guard room > 3 else { return facts.text }
    let title = CellText(title, columns: room, isUTF8: isUTF8)
    return title.text + String(repeating: " ", count: room - title.width + 2) + facts.text
  }

  /// The line where no width bounds it.
  public func text(isUTF8: Bool) -> String {
    CellText("\(title)  \(facts)", isUTF8: isUTF8).text
  }

  private var facts: String {
    var parts = [clock, slots.map { "\(slot)/\($0)" } ?? "\(slot)", size]
    if isGrowing { parts.insert("recording", at: 2) }
    if let rate, rate.isFinite { parts.append("\(oneDecimal(rate))/s") }
    return parts.joined(separator: "  ")
  }

  /// HH:MM:SS, the seconds rounded down.
  private var clock: String {
    let total = time.components.seconds
    let seconds = total.magnitude
    let fields = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    let text = fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return total < 0 ? "-\(text)" : text
  }

  private var size: String {
    switch frameByteCount {
    case ..<1000: "\(frameByteCount) B"
    case ..<1_000_000: "\(oneDecimal(Double(frameByteCount) / 1000)) KB"
    default: "\(oneDecimal(Double(frameByteCount) / 1_000_000)) MB"
    }
  }
}

private func oneDecimal(_ number: Double) -> String {
  "\((min(abs(number), 1e9) * 10).rounded() / 10)"
}
