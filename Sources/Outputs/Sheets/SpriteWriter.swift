// SPDX-License-Identifier: Apache-2.0
public import Media

/// Sprite sheets with WebVTT, for players in a browser: `<stem>.sprites/thumbnails.vtt`.
///
/// The folder holds the sheets too, `sheet-000.jpg` and on. It is not `<stem>.vtt` beside the
/// recording: players and media servers would take that for subtitles.
public final class SpriteWriter: SheetWriter {
  /// Name of the file of cues.
  public static let cuesName = "thumbnails.vtt"

  /// The folder.
  public let path: String
  private let durability: Durability
  private var folder: OutputFolder?
  private var layout: SheetLayout?
  /// The folder, once it is whole.
  public private(set) var published: [String] = []

  /// A writer into a folder.
  public init(_ path: String, durability: Durability = .process) {
    self.path = path
    self.durability = durability
  }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording, _ layout: SheetLayout) throws(MediaError) {
    self.layout = layout
    folder = try OutputFolder(
      path, durability: durability,
      isOurs: { $0 == Self.cuesName || SheetName.isName($0) })
  }

  /// Writes a sheet.
  public func add(_ sheet: [UInt8], number: Int) throws(MediaError) {
    try folder?.write(sheet, as: SheetName.of(number))
  }

  /// Publishes what was made.
  public func finish(_ end: SheetEnd) throws(MediaError) {
    guard let layout else { return }
    try folder?.write(Array(Self.cues(layout, end).utf8), as: Self.cuesName)
    try folder?.publish()
    published = [path]
    folder = nil
  }

  /// Ends without a result.
  public func abandon() { folder = nil }

  /// One cue a slot, each to the beginning of the next, the last to the end.
  private static func cues(_ layout: SheetLayout, _ end: SheetEnd) -> String {
    var text = "WEBVTT\n"
    for slot in 0..<end.slots {
      let start = layout.interval * slot
      let stop = slot == end.slots - 1 ? end.duration : layout.interval * (slot + 1)
      let (x, y) = layout.corner(ofPlace: slot % layout.grid.count)
      text += "\n\(TimeText.cue(start)) --> \(TimeText.cue(stop))\n"
      text += SheetName.of(slot / layout.grid.count)
      text += "#xywh=\(x),\(y),\(layout.width),\(layout.height)\n"
    }
    return text
  }
}

/// Names of sheets beside an index of them.
enum SheetName {
  /// "sheet-007.jpg".
  static func of(_ number: Int) -> String {
    let digits = String(number)
    return "sheet-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits + ".jpg"
  }

  static func isName(_ name: String) -> Bool {
    name.hasPrefix("sheet-") && name.hasSuffix(".jpg")
      && name.utf8.dropFirst(6).dropLast(4).allSatisfy { 0x30...0x39 ~= $0 }
  }
}

/// Times as people and WebVTT write them.
enum TimeText {
  /// "00:01:20.500", to the nearest millisecond.
  static func cue(_ time: Duration) -> String {
    let milliseconds = (time.wholeMicroseconds + 500) / 1000
    let rest = String(1000 + milliseconds % 1000).dropFirst()
    return clock(milliseconds / 1000, hourDigits: 2) + "." + rest
  }

  /// "1:02:03", or "02:03" where there are no hours and none are asked for.
  static func clock(_ seconds: Int64, hourDigits: Int = 0) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    let tail = "\(padded(minutes, 2)):\(padded(seconds % 60, 2))"
    return hours == 0 && hourDigits == 0 ? tail : padded(hours, hourDigits) + ":" + tail
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
