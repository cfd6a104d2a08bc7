// SPDX-License-Identifier: Apache-2.0
public import Media

/// What an output knows of a recording when it begins.
public struct OutputRecording: Equatable, Sendable {
  /// Name of its file, without folders: "news.ts".
  public var name: String
  /// Bytes of its file; `nil` where unknown.
  public var byteCount: Int64?
  /// Title, duration, codecs; the `pictures` in it aren't used.
  public var facts: PreviewDescription
  /// The pictures that the output is going to get: one width of them.
  public var pictures: PreviewDescription.Pictures

  /// States what is known.
  ///
  /// - Parameters:
  ///   - name: Name of the recording's file, without folders.
  ///   - byteCount: Bytes of its file, for the header of a contact sheet.
  ///   - facts: Title, duration, codecs.
  ///   - pictures: Size, interval, first slot and number of slots as far as they are known.
  public init(
    name: String, byteCount: Int64? = nil, facts: PreviewDescription,
    pictures: PreviewDescription.Pictures
  ) {
    self.name = name
    self.byteCount = byteCount
    self.facts = facts
    self.pictures = pictures
  }

  /// The whole description, as a frame stream begins with it.
  public var description: PreviewDescription {
    var description = facts
    description.pictures = pictures
    return description
  }

  /// The recording's length; `nil` where unknown.
  public var duration: Duration? { facts.duration }
  /// From one slot to the next.
  public var interval: Duration { pictures.interval }
  /// Number of the first slot asked for, on the grid that begins at 0 s.
  public var firstSlot: Int { pictures.firstSlot }

  /// The same recording with pictures of another size.
  public func with(width: Int, height: Int) -> OutputRecording {
    var other = self
    other.pictures.width = width
    other.pictures.height = height
    return other
  }

  /// When a slot is, from the recording's start.
  func time(ofSlot slot: Int) -> Duration { interval * slot }

  /// How many slots cover a length: the last begins before its end.
  func slots(covering duration: Duration) -> Int {
    let (length, step) = (duration.wholeMicroseconds, interval.wholeMicroseconds)
    return step > 0 ? SlotGrid.slots(before: length, interval: step) : 0
  }
}
