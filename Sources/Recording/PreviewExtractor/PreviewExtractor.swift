// SPDX-License-Identifier: Apache-2.0
import Media

/// Takes the preview pictures out of a recording, slot after slot.
///
/// ```swift
/// let container = try Container(path: "news.ts")
/// let extractor = try PreviewExtractor(container: container, settings: PreviewSettings())
/// while let frame = try extractor.next() { store(frame.jpeg, at: frame.slot) }
/// print(extractor.verdict)
/// ```
///
/// Owned by one component or thread at a time; the container is its own from then on.
public final class PreviewExtractor {
  /// The recording's facts.
  public var facts: RecordingFacts { container.facts }
  /// Pixels a row and rows of the main pictures, unless the recording changes its shape on the way.
  public var pictureSize: (width: Int, height: Int) { pictureSizes[0] }
  /// The same of the pictures of each width asked for, in their order.
  public let pictureSizes: [(width: Int, height: Int)]
  /// The number of the first slot.
  public let firstSlot: Int
  /// Slots that are going to be served; `nil` where the recording's length isn't known.
  public let slotCount: Int?
  /// How it ended; what it is up to now, before the end.
  public var verdict: ExtractionVerdict { tally.verdict }

  /// What it cost so far.
  public var statistics: ExtractionStatistics {
    ExtractionStatistics(
      bytesRead: container.bytesRead, seeks: container.seeks, packetsRead: container.packetsRead,
      picturesDecoded: picker.decodedCount)
  }

  /// A slot's picture may be another one, or cost reading all before it, where the extraction begins
  /// at a later slot: the times jump, or the container has neither a list nor places to search.
  ///
  /// Such a recording is not to be divided among several. Known after ``prepare()`` or the first
  /// picture; a short jump may still be met later, and then says that what was extracted from
  /// later slots on by itself must be extracted again in one go.
  public var dependsOnHistory: Bool { picker.dependsOnHistory }

  /// Bytes read from the file so far, those read twice counted twice.
  public var bytesRead: Int64 { container.bytesRead }

  /// What is known by now of where the recording's key pictures lie.
  ///
  /// It grows with all that is read. Empty for containers with a list of their own.
  public var keyMap: KeyMap { picker.keyMap }

  private let container: Container
  private let picker: FramePicker
  private let maker: PictureMaker
  private var last: ExtractedFrame?
  private var tally: SlotTally
  private var isOver = false

  /// Prepares the extraction; nothing is decoded yet.
  ///
  /// - Parameters:
  ///   - container: Just opened.
  ///   - settings: Without ``PreviewSettings/fault``.
  ///   - keyMap: What an earlier extractor learned of the same recording; one that doesn't fit is
  ///     left out.
  /// - Throws: ``RecordingError``: unknown codec, out of memory.
  public init(
    container: Container, settings: PreviewSettings, keyMap: KeyMap? = nil
  ) throws(RecordingError) {
    if let fault = settings.fault { preconditionFailure(fault.description) }
    self.container = container
    maker = try PictureMaker(facts: container.facts, settings: settings)
    pictureSizes = maker.sizes
    let reduction = Decoder.reduction(
      video: container.facts.video, outputWidth: settings.widths.max() ?? settings.width)
    picker = try FramePicker(
      container: container, settings: settings, reduction: reduction, map: keyMap)
    firstSlot = picker.grid.first
    slotCount = picker.grid.count
    tally = SlotTally(
      interval: picker.grid.interval, mayLose: container.canSeekByByte)
  }

  /// Opens a recording and prepares the extraction.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(path: String, settings: PreviewSettings) throws(RecordingError) {
    try self.init(container: Container(path: path), settings: settings)
  }

  /// Takes over an open descriptor, which is closed in the end, and prepares the extraction.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(
    descriptor: Int32, name: String, settings: PreviewSettings
  ) throws(RecordingError) {
    try self.init(container: Container(descriptor: descriptor, name: name), settings: settings)
  }

  /// Reads the beginning and looks at places all over the recording, so that ``dependsOnHistory`` is
  /// known; costs about as much as ten pictures.
  ///
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory.
  public func prepare() throws(RecordingError) { try picker.prepare() }

  /// The next slot's picture; slots of which nothing can be decoded are left out.
  ///
  /// - Returns: `nil` at the end; ``verdict`` then says whether all was served.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory. What was
  ///   served before stays good, and the verdict says how much it is.
  public func next() throws(RecordingError) -> ExtractedFrame? {
    while !isOver {
      let slot = picker.nextSlot
      do {
        guard let pick = try picker.next() else { break }
        guard let frame = try extract(pick, slot: slot) else {
          tally.missed += 1
          continue
        }
        tally.count(frame, longestGap: picker.longestGap)
        last = frame
        return frame
      } catch {
        isOver = true
        tally.end(expected: picker.expectedCount, failure: error.reason.sentence)
        throw error
      }
    }
    if !isOver {
      isOver = true
      if let time = picker.nonsenseTime {
        let reason = "its times make no sense after \(time / 1_000_000) s"
        tally.end(expected: picker.expectedCount, failure: reason)
      } else {
        let end = picker.foundEnd
        tally.end(expected: picker.expectedCount, foundEnd: end, duration: facts.duration)
      }
    }
    return nil
  }

  private func extract(
    _ pick: FramePicker.Pick, slot: (index: Int, time: Microseconds)
  ) throws(RecordingError) -> ExtractedFrame? {
    switch pick {
    case .missing:
      return nil
    case .again:
      return last.map { last in
        ExtractedFrame(
          slot: slot.index, askedTime: slot.time, time: last.time, isKey: last.isKey,
          followsJump: false, isDamaged: last.isDamaged, isRepeat: true, note: last.note,
          jpegs: last.jpegs)
      }
    case .picture(let frame, let isKey, let followsJump):
      let isRepeat = last?.time == frame.time
      let jpegs = if isRepeat, let last { last.jpegs } else { try maker.jpegs(of: frame) }
      return ExtractedFrame(
        slot: slot.index, askedTime: slot.time, time: frame.time, isKey: isKey,
        followsJump: followsJump, isDamaged: frame.isDamaged, isRepeat: isRepeat,
        note: frame.note, jpegs: jpegs)
    }
  }
}
