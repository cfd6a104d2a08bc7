// SPDX-License-Identifier: Apache-2.0

/// How far a run has come, as one line for a terminal.
///
/// The share that is done is told by bytes: recordings that weren't opened yet have no other length.
public struct Progress: Sendable {
  /// Recordings in the run, and those that are over.
  var recordings = 0
  var recordingsOver = 0
  /// Bytes of all recordings, and of those that are over.
  var bytes: Int64 = 0
  var bytesOver: Int64 = 0
  /// Pictures made in this run.
  var pictures = 0
  /// Since the run began.
  var elapsed = Duration.zero
  /// From slot to slot.
  let interval: Duration
  /// The recordings under way.
  private var underWay: [Int: Part] = [:]

  private struct Part: Sendable {
    let bytes: Int64
    var made = 0
    var slots: Int?
  }

  init(interval: Duration) { self.interval = interval }

  /// A recording is begun.
  mutating func begin(_ recording: Int, bytes: Int64) {
    underWay[recording] = Part(bytes: bytes)
  }

  /// So many slots are to be made of it.
  mutating func know(slots: Int?, of recording: Int) { underWay[recording]?.slots = slots }

  /// A picture of it was made; `isNew` when in this run.
  mutating func addPicture(of recording: Int, isNew: Bool = true) {
    underWay[recording]?.made += 1
    if isNew { pictures += 1 }
  }

  /// It is over, well or not.
  mutating func end(_ recording: Int) {
    recordingsOver += 1
    bytesOver += underWay.removeValue(forKey: recording)?.bytes ?? 0
  }

  /// Of all bytes, 0...1.
  var share: Double {
    guard bytes > 0 else {
      return recordings == 0 ? 0 : Double(recordingsOver) / Double(recordings)
    }
    let partly = underWay.values.reduce(0.0) { sum, part in
      guard let slots = part.slots, slots > 0 else { return sum }
      return sum + Double(part.bytes) * min(1, Double(part.made) / Double(slots))
    }
    return min(1, (Double(bytesOver) + partly) / Double(bytes))
  }

  /// "[######........] 3/12 recordings  412 pictures  1830x  0:42 left", at most `columns` wide.
  public func line(columns: Int) -> String {
    let seconds = max(elapsed / .seconds(1), 0.001)
    let speed = Double(pictures) * (interval / .seconds(1)) / seconds
    var text = "\(recordingsOver)/\(recordings) recordings  \(pictures) pictures"
    text += "  \(Self.short(speed))x"
    // The first moments tell nothing.
    if share > 0.02, seconds > 1 {
      text += "  \(Self.clock(seconds * (1 - share) / share)) left"
    }
    let room = min(columns - text.count - 4, 32)
    guard room >= 8 else { return String(text.prefix(columns)) }
    let filled = Int((share * Double(room)).rounded(.down))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
    return "[\(bar)] \(text)"
  }

  private static func short(_ number: Double) -> String {
    number < 10 ? "\((number * 10).rounded() / 10)" : "\(Int(number.rounded()))"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    let digits = rest < 10 ? "0\(rest)" : "\(rest)"
    guard hours > 0 else { return "\(minutes):\(digits)" }
    return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(digits)"
  }
}
