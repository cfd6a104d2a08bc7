// SPDX-License-Identifier: Apache-2.0
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

extension PreviewDescription {
  /// What an extraction is going to give.
  init(_ extractor: PreviewExtractor, title: String, request: PreviewRequest) {
    let facts = extractor.facts
    self.init(
      title: title, duration: facts.duration, container: facts.container,
      videoCodec: facts.video.codec,
      sound: facts.sound.map {
        Sound(codec: $0.codec, rate: $0.sampleRate, channels: $0.channels)
      },
      pictures: Pictures(
        width: extractor.pictureSize.width, height: extractor.pictureSize.height,
        interval: request.interval, mode: request.mode, firstSlot: extractor.firstSlot,
        slots: extractor.slotCount))
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
