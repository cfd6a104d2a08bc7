// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media
import Recording

/// A recording that a decoder process makes pictures of, finished or still growing.
struct DecoderWork {
  let takesTurns: Bool
  let gathers: Bool
  let wantsKeyMap: Bool
  /// Pictures that may be made.
  var granted = 0
  /// Another makes the pictures from this slot on.
  var cut: Int?
  private(set) var served = 0

  private let title: String
  private let request: PreviewRequest
  private let finished: PreviewExtractor?
  private let follower: RecordingFollower?
  private var lastSlot: Int?
  private var isDescribed = false
  private var toldOfHistory = false

  /// Takes over an open descriptor.
  ///
  /// - Throws: `RecordingError`: what is wrong with the file.
  init(_ request: DecodingRequest, descriptor: Int32, title: String) throws(RecordingError) {
    takesTurns = request.takesTurns
    gathers = request.gathers
    wantsKeyMap = request.wantsKeyMap
    self.request = request.pictures
    self.title = title
    let settings = PreviewSettings(request)
    if request.follows {
      finished = nil
      follower = try RecordingFollower(descriptor: descriptor, name: title, settings: settings)
    } else {
      finished = try PreviewExtractor(
        descriptor: descriptor, name: title, settings: settings,
        keyMap: request.keyMap.flatMap { KeyMap(bytes: $0) })
      follower = nil
    }
  }

  /// The extraction; `nil` while too little is recorded to open the recording.
  var extractor: PreviewExtractor? { finished ?? follower?.extractor }

  var verdict: ExtractionVerdict {
    finished?.verdict ?? follower?.verdict ?? .failed(reason: "not begun")
  }

  /// What is known of the recording, once, as soon as it is known.
  mutating func description() throws(RecordingError) -> PreviewDescription? {
    if isDescribed { return nil }
    try follower?.open()
    guard let extractor else { return nil }
    // A batch may divide it, so it must know beforehand whether that can be.
    if !takesTurns, follower == nil { try extractor.prepare() }
    isDescribed = true
    return PreviewDescription(extractor, title: title, request: request)
  }

  /// Whether it has become known that the recording isn't to be divided; said once.
  mutating func foundHistory() -> Bool {
    guard !toldOfHistory, extractor?.dependsOnHistory ?? false else { return false }
    toldOfHistory = true
    return true
  }

  /// All pictures before the cut are made.
  var isCutOff: Bool { cut.map { nextSlot >= $0 } ?? false }

  private var nextSlot: Int { lastSlot.map { $0 + 1 } ?? extractor?.firstSlot ?? 0 }

  /// What there is for the next slot.
  mutating func step() throws(RecordingError) -> RecordingFollower.Step {
    if isCutOff { return .end }
    if let follower { return try follower.step() }
    guard let picture = try finished?.next() else { return .end }
    // The slots up to the cut have no picture.
    if let cut, picture.slot >= cut {
      lastSlot = picture.slot
      return .end
    }
    return .picture(picture)
  }

  /// How it ended: at the cut all is well, whatever comes behind it.
  var end: PreviewEnd {
    isCutOff
      ? PreviewEnd(.complete, framesSent: served)
      : PreviewEnd(verdict, served: served, slots: extractor?.slotCount)
  }

  /// Counts a picture in, and puts it into the pool's words.
  mutating func take(_ picture: ExtractedFrame) -> DecodedPicture {
    let before = nextSlot - 1
    lastSlot = picture.slot
    served += 1
    granted -= 1
    return DecodedPicture(picture, followsGap: picture.slot - before > 1)
  }

  func grew() throws(RecordingError) { try follower?.recordingGrew() }

  func ended(_ fault: String?) throws(RecordingError) {
    try follower?.recordingEnded(because: fault)
  }
}
