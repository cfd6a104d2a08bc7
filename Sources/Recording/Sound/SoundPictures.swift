// SPDX-License-Identifier: Apache-2.0
import Media

/// The pictures of a recording of sound: its cover for every slot, else a waveform of each slot's
/// stretch, from the slot to the next.
final class SoundPictures {
  let grid: TimeGrid
  let sizes: [(width: Int, height: Int)]
  /// The end of the sound, once reading came there.
  private(set) var foundEnd: Microseconds?
  var facts: RecordingFacts { track.facts }
  var bytesRead: Int64 { track.bytesRead }

  private let track: SoundTrack
  private let encoder: JPEGEncoder
  private let cover: [[UInt8]]?
  private var slotsDone = 0
  /// Samples that reach beyond the last stretch.
  private var held: SoundSamples?
  private var soundEnd = 0
  private var isAtEnd = false

  /// Prepares; of a cover the pictures are made at once.
  ///
  /// - Parameters:
  ///   - track: Just opened.
  ///   - settings: Which slots, which widths.
  /// - Throws: ``RecordingError``: out of memory.
  init(track: SoundTrack, settings: PreviewSettings) throws(RecordingError) {
    self.track = track
    let maker = try PictureMaker(facts: track.facts, settings: settings)
    sizes = maker.sizes
    grid = TimeGrid(settings: settings, duration: track.facts.duration?.microseconds)
    do {
      encoder = try JPEGEncoder(quality: settings.quality)
    } catch {
      throw RecordingError(name: track.facts.name, reason: .outOfMemory)
    }
    if let frame = track.cover {
      cover = try maker.jpegs(of: frame)
    } else {
      cover = nil
      track.begin(at: grid.time(of: grid.first))
    }
  }

  /// The next slot's pictures.
  ///
  /// - Returns: `nil` at the end.
  /// - Throws: ``RecordingError``: stalled, the system's failure to read.
  func next() throws(RecordingError) -> ExtractedFrame? {
    if let count = grid.count, slotsDone >= count { return nil }
    let slot = grid.first + slotsDone
    let time = grid.time(of: slot)
    let jpegs: [[UInt8]]
    if let cover {
      // A cover alone doesn't say how long the sound is.
      if grid.count == nil, try !hasSound(at: time) { return nil }
      jpegs = cover
    } else {
      guard let drawn = try waveforms(from: time) else { return nil }
      jpegs = drawn
    }
    defer { slotsDone += 1 }
    return ExtractedFrame(
      slot: slot, askedTime: time, time: time, isKey: true, followsJump: false, isDamaged: false,
      isRepeat: cover != nil && slotsDone > 0, jpegs: jpegs)
  }

  private func hasSound(at time: Microseconds) throws(RecordingError) -> Bool {
    let sample = Int(Double(time) * Double(track.rate) / 1e6)
    while soundEnd <= sample, try readOn() != nil {}
    return soundEnd > sample
  }

  private func readOn() throws(RecordingError) -> SoundSamples? {
    var found: SoundSamples?
    guard !isAtEnd, try track.read({ found = $0 }), let found else {
      isAtEnd = true
      foundEnd = Microseconds(Double(soundEnd) / Double(track.rate) * 1e6)
      return nil
    }
    soundEnd = max(soundEnd, found.end)
    return found
  }

  /// `nil` where the sound ended before.
  private func waveforms(from time: Microseconds) throws(RecordingError) -> [[UInt8]]? {
    // The first samples tell the true rate.
    if held == nil, soundEnd == 0 { held = try readOn() }
    var envelopes = sizes.map {
      Envelope(columns: $0.width, begin: time, length: grid.interval, rate: track.rate)
    }
    let stretchEnd = envelopes.map(\.end).max() ?? 0
    while true {
      if let held {
        for index in envelopes.indices { envelopes[index].add(held) }
        if held.end > stretchEnd { break }
      }
      held = try readOn()
      if held == nil { break }
    }
    let begin = Int((Double(time) * Double(track.rate) / 1e6).rounded(.up))
    guard soundEnd > begin else { return nil }
    var jpegs: [[UInt8]] = []
    for (envelope, size) in zip(envelopes, sizes) {
      let picture = WaveformPainter.picture(
        of: envelope, width: size.width, height: size.height, end: isAtEnd ? soundEnd : nil)
      do {
        jpegs.append(try encoder.encode(picture))
      } catch {
        throw RecordingError(name: facts.name, reason: .unusablePicture("\(error)"))
      }
    }
    return jpegs
  }
}
