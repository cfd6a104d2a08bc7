// SPDX-License-Identifier: Apache-2.0
public import Media

/// What is wanted of a recording: which pictures, how large, how good.
///
/// Slot k lies at k intervals from the recording's first picture, wherever `start` lies.
public struct PreviewSettings: Equatable, Hashable, Sendable {
  /// From slot to slot; see ``intervals``.
  public var interval: Duration = .seconds(10)
  /// Pixels a row of the pictures made of each slot's one decoded picture, the main width first.
  ///
  /// Each is made even; the height follows from the recording's shape. One to eight, each once.
  public var widths = [320]
  /// JPEG quality, 1...100.
  public var quality = 75
  /// Slots before this time are left out.
  public var start: Duration = .zero
  /// Slots at or after this time are left out; `nil`: the recording's end.
  public var end: Duration?
  /// Slots at most; `nil`: to the end.
  public var count: Int?
  /// Which picture serves a slot.
  public var mode: PickMode = .auto
  /// Where a slot's picture is black or of one colour, the first one within half an interval after
  /// the slot that isn't serves it: a key picture, in `exact` any.
  public var skipBlack = false
  /// The key picture that differs most from the one before it serves a slot, of those from half an
  /// interval before the slot to half after; where none begins a scene, the mode decides.
  public var scene = false

  /// Intervals that can be asked for: a tenth of a fast recording's picture to a day.
  public static let intervals: ClosedRange<Duration> = .milliseconds(1)...(.seconds(86_400))
  /// Widths that can be asked for, in pixels.
  public static let widths = 16...4096
  /// Most widths that can be asked for at once.
  public static let mostWidths = 8
  /// Qualities that can be asked for.
  public static let qualities = 1...100
  /// Latest `start` and `end`: ten years, far from where times overflow.
  public static let latest: Duration = .seconds(3650 * 86_400)

  /// The main width: the first of `widths`.
  ///
  /// To set it leaves the others as they are.
  public var width: Int {
    get { widths.first ?? 0 }
    set { widths.replaceSubrange(..<min(1, widths.count), with: [newValue]) }
  }

  /// One picture each 10 s, 320 pixels wide, from the beginning to the end.
  public init() {}

  /// What is wrong with the first value that is out of its range, else `nil`.
  public var fault: MediaError? {
    if !(Self.intervals ~= interval) {
      return Self.fault("interval", "\(interval)", "0.001 to 86400 seconds")
    }
    if let fault = widthFault { return fault }
    if !(Self.qualities ~= quality) { return Self.fault("quality", "\(quality)", "1 to 100") }
    if !((.zero)...Self.latest ~= start) {
      return Self.fault("start", "\(start)", "0 seconds to ten years")
    }
    if let end, end <= start || end > Self.latest {
      return Self.fault("end", "\(end)", "later than the start, at most ten years")
    }
    if let count, count < 1 { return Self.fault("count", "\(count)", "at least 1") }
    return nil
  }

  private var widthFault: MediaError? {
    if !(1...Self.mostWidths ~= widths.count) {
      return Self.fault("widths", "\(widths)", "1 to \(Self.mostWidths)")
    }
    if let width = widths.first(where: { !(Self.widths ~= $0) }) {
      return Self.fault("width", "\(width)", "16 to 4096 pixels")
    }
    var seen: Set<Int> = []
    if let width = widths.first(where: { !seen.insert($0 & ~1).inserted }) {
      return Self.fault("width", "\(width)", "there once: pictures have even widths")
    }
    return nil
  }

  private static func fault(_ name: String, _ value: String, _ allowed: String) -> MediaError {
    MediaError(operation: "use \(name)", subject: value, reason: "must be \(allowed)")
  }
}

/// Which picture serves a slot.
public enum PickMode: String, CaseIterable, Sendable {
  /// The key picture nearest to the slot, of two the earlier: cheapest.
  case keyframe
  /// The first picture at or after the slot.
  case exact
  /// The nearest key picture from half an interval before the slot up to half after it, so that none
  /// serves twice, else the exact one.
  case auto
}
