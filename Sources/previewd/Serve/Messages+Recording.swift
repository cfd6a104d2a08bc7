// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media
import Recording

// How the recording engine's facts are said in the protocol's words.

extension PreviewSettings {
  /// The settings that a request asks for.
  init(_ request: PreviewRequest) {
    self.init()
    interval = request.interval
    width = request.width
    quality = request.quality
    start = request.start
    end = request.end
    count = request.count
    mode = PickMode(rawValue: request.mode.rawValue) ?? .auto
  }
}

extension PreviewSettings {
  /// The settings that a pool asks a decoder process for.
  init(_ request: DecodingRequest) {
    self.init(request.pictures)
    widths += request.otherWidths
    skipBlack = request.skipsBlack
    scene = request.prefersScenes
  }
}

extension PreviewExtractor {
  /// The key map as it is now, if there is anything in it and it finds room in a message.
  var keyMapBytes: [UInt8]? {
    let map = keyMap
    guard !map.isEmpty else { return nil }
    let bytes = map.bytes
    return bytes.count <= DecodingRequest.keyMapLimit ? bytes : nil
  }
}

extension DecodingStatistics {
  /// What an extraction took so far.
  init(_ extractor: PreviewExtractor) {
    self.init()
    let known = extractor.statistics
    bytesRead = known.bytesRead
    seeks = known.seeks
    packets = known.packetsRead
    pictures = known.picturesDecoded
  }
}

extension DecodedPicture {
  /// A picture on its way to the pool.
  init(_ picture: ExtractedFrame, followsGap: Bool) {
    // A container whose times are spoilt may have pictures before its first one.
    self.init(
      slot: picture.slot, askedTime: picture.askedTime, time: max(0, picture.time),
      flags: PreviewFrame(picture, followsGap: followsGap).flags, jpegs: picture.jpegs)
    isDamaged = picture.isDamaged
    isFar = picture.isFar
    note = picture.note.map { "\($0)" }
    isRepeat = picture.isRepeat
  }
}

extension PreviewDescription {
  /// What an extraction is going to give.
  init(_ extractor: PreviewExtractor, title: String, request: PreviewRequest) {
    let facts = extractor.facts
    self.init(
      title: title, duration: extractor.isGrowing ? nil : facts.duration,
      container: facts.container,
      videoCodec: facts.pictures == .moving ? facts.video.codec : nil,
      sound: facts.sound.map {
        Sound(codec: $0.codec, rate: $0.sampleRate, channels: $0.channels)
      },
      pictures: Pictures(
        width: extractor.pictureSize.width, height: extractor.pictureSize.height,
        interval: request.interval, mode: request.mode, firstSlot: extractor.firstSlot,
        slots: extractor.slotCount,
        kind: PictureKind(rawValue: facts.pictures.rawValue) ?? .moving),
      isGrowing: extractor.isGrowing)
  }
}

extension PreviewFrame {
  /// A picture as a frame; its number is the slot's.
  init(_ picture: ExtractedFrame, followsGap: Bool) {
    var flags: Flags = []
    if picture.isKey { flags.insert(.keyframe) }
    if picture.followsJump || followsGap { flags.insert(.discontinuity) }
    self.init(
      kind: .picture, flags: flags, sequence: UInt32(truncatingIfNeeded: picture.slot),
      time: picture.time, payload: picture.jpeg)
  }
}

extension PreviewEnd {
  /// How an extraction ended, in the protocol's words.
  init(_ verdict: ExtractionVerdict, served: Int, slots: Int?) {
    let missed = max(0, (slots ?? served) - served)
    switch verdict {
    case .complete: self.init(.complete, framesSent: served)
    case .partial(_, let reason):
      self.init(.partial, reason: reason, framesSent: served, slotsMissed: missed)
    case .failed(let reason):
      self.init(.failed, reason: reason, framesSent: served, slotsMissed: missed)
    }
  }
}
