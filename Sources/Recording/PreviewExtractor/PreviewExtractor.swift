// SPDX-License-Identifier: Apache-2.0
public import Media

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
  public var facts: RecordingFacts { sound?.facts ?? container.facts }
  /// Pixels a row and rows of the main pictures, unless the recording changes its shape on the way.
  public var pictureSize: (width: Int, height: Int) { pictureSizes[0] }
  /// The same of the pictures of each width asked for, in their order.
  public let pictureSizes: [(width: Int, height: Int)]
  /// The number of the first slot.
  public let firstSlot: Int
  /// Slots that are going to be served; `nil` where the recording's length isn't known, or grows.
  public internal(set) var slotCount: Int?
  /// How it ended; what it is up to now, before the end.
  public var verdict: ExtractionVerdict { tally.verdict }

  /// What it cost so far.
  public var statistics: ExtractionStatistics {
    if let sound {
      return ExtractionStatistics(
        bytesRead: sound.bytesRead, seeks: 0, packetsRead: 0, picturesDecoded: 0)
    }
    return ExtractionStatistics(
      bytesRead: container.bytesRead, seeks: spent.seeks + container.seeks,
      packetsRead: spent.packets + container.packetsRead,
      picturesDecoded: spent.pictures + picker.decodedCount)
  }

  /// A slot's picture may be another one, or cost reading all before it, where the extraction begins
  /// at a later slot: the times jump, or the container has neither a list nor places to search.
  ///
  /// Such a recording is not to be divided among several. Known after ``prepare()`` or the first
  /// picture; a short jump may still be met later, and then says that what was extracted from
  /// later slots on by itself must be extracted again in one go.
  public var dependsOnHistory: Bool { sound == nil && picker.dependsOnHistory }

  /// Bytes read from the file so far, those read twice counted twice.
  public var bytesRead: Int64 { sound?.bytesRead ?? container.bytesRead }

  /// What is known by now of where the recording's key pictures lie.
  ///
  /// It grows with all that is read. Empty for containers with a list of their own, and for sound.
  public var keyMap: KeyMap {
    guard sound == nil else {
      return KeyMap(identity: KeyMap.Identity(startTicks: 0, streamIndex: 0, bytes: 0))
    }
    return picker.keyMap
  }

  /// What the pictures are made of where nothing moves.
  let sound: SoundPictures?
  let settings: PreviewSettings
  /// What it took while the recording grew, once it is opened anew; bytes are counted by the file.
  var spent = (seeks: 0, packets: 0, pictures: 0)
  private var moving: Moving?
  private var last: ExtractedFrame?
  var tally: SlotTally
  var isOver = false

  /// What moving pictures are taken out of, and by what.
  private struct Moving {
    var container: Container
    var picker: FramePicker
    let maker: PictureMaker
  }

  private var movingPictures: Moving {
    guard let moving else { preconditionFailure("sound has no moving pictures") }
    return moving
  }

  private var maker: PictureMaker { movingPictures.maker }
  var container: Container {
    get { movingPictures.container }
    set { moving?.container = newValue }
  }
  var picker: FramePicker {
    get { movingPictures.picker }
    set { moving?.picker = newValue }
  }

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
    sound = nil
    self.settings = settings
    let maker = try PictureMaker(facts: container.facts, settings: settings)
    pictureSizes = maker.sizes
    let picker = try Self.picker(for: container, settings, keyMap)
    moving = Moving(container: container, picker: picker, maker: maker)
    firstSlot = picker.grid.first
    slotCount = picker.grid.count
    tally = SlotTally(
      interval: picker.grid.interval, mayLose: container.canSeekByByte)
  }

  static func picker(
    for container: Container, _ settings: PreviewSettings, _ map: KeyMap? = nil
  ) throws(RecordingError) -> FramePicker {
    let reduction = Decoder.reduction(
      video: container.facts.video, outputWidth: settings.widths.max() ?? settings.width)
    return try FramePicker(
      container: container, settings: settings, reduction: reduction, map: map)
  }

  /// Prepares the extraction of a cover or of waveforms.
  private init(track: SoundTrack, settings: PreviewSettings) throws(RecordingError) {
    if let fault = settings.fault { preconditionFailure(fault.description) }
    let sound = try SoundPictures(track: track, settings: settings)
    self.sound = sound
    self.settings = settings
    moving = nil
    pictureSizes = sound.sizes
    firstSlot = sound.grid.first
    slotCount = sound.grid.count
    tally = SlotTally(interval: sound.grid.interval, mayLose: false)
  }

  /// Opens a recording and prepares the extraction.
  ///
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(path: String, settings: PreviewSettings) throws(RecordingError) {
    let file = try FileSource(path: path, patience: Container.defaultPatience)
    try self.init(OpenedRecording(file: file), settings: settings, keyMap: nil)
  }

  /// Takes over an open descriptor, which is closed in the end, and prepares the extraction.
  ///
  /// - Parameters:
  ///   - descriptor: Open for reading.
  ///   - name: What to call it in errors.
  ///   - settings: Without ``PreviewSettings/fault``.
  ///   - keyMap: What an earlier extractor learned of the same recording.
  /// - Throws: ``RecordingError``: what is wrong with the file and what to do.
  public convenience init(
    descriptor: Int32, name: String, settings: PreviewSettings, keyMap: KeyMap? = nil
  ) throws(RecordingError) {
    let file = try FileSource(
      descriptor: descriptor, name: name, patience: Container.defaultPatience)
    try self.init(OpenedRecording(file: file), settings: settings, keyMap: keyMap)
  }

  private convenience init(
    _ opened: OpenedRecording, settings: PreviewSettings, keyMap: KeyMap?
  ) throws(RecordingError) {
    switch opened {
    case .moving(let container):
      try self.init(container: container, settings: settings, keyMap: keyMap)
    case .sound(let track): try self.init(track: track, settings: settings)
    }
  }

  /// Reads the beginning and looks at places all over the recording, so that ``dependsOnHistory`` is
  /// known; costs about as much as ten pictures.
  ///
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory.
  public func prepare() throws(RecordingError) {
    if sound == nil { try picker.prepare() }
  }

  /// The next slot's picture; slots of which nothing can be decoded are left out.
  ///
  /// - Returns: `nil` at the end; ``verdict`` then says whether all was served.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory. What was
  ///   served before stays good, and the verdict says how much it is. Of a recording that grows also
  ///   ``RecordingError/Reason/notRecordedYet``, which ends nothing: see ``step()``.
  public func next() throws(RecordingError) -> ExtractedFrame? {
    switch try step() {
    case .picture(let frame): return frame
    case .waiting: throw RecordingError(name: facts.name, reason: .notRecordedYet)
    case .end: return nil
    }
  }

  /// What there is for the next slot; slots of which nothing can be decoded are left out.
  ///
  /// - Returns: A picture; that it isn't recorded yet; or the end, after which ``verdict`` says
  ///   whether all was served.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read, out of memory. What was
  ///   served before stays good, and the verdict says how much it is.
  public func step() throws(RecordingError) -> Step {
    if let sound { return try step(of: sound) }
    while !isOver {
      let slot = picker.nextSlot
      do {
        guard let pick = try picker.next() else { break }
        guard var frame = try extract(pick, slot: slot) else {
          tally.missed += 1
          continue
        }
        tally.count(&frame, keyGap: picker.firstKeyGap)
        last = frame
        return .picture(frame)
      } catch {
        if error.reason == .notRecordedYet { return .waiting }
        isOver = true
        tally.end(expected: picker.expectedCount, failure: error.reason.sentence)
        throw error
      }
    }
    finish()
    return .end
  }

  private func finish() {
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
