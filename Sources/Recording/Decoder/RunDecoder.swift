// SPDX-License-Identifier: Apache-2.0

/// Decodes on through a run of packets to the first picture at or after a time.
final class RunDecoder {
  private let container: Container
  private let decoder: Decoder
  /// The picture found last: it may serve the next time too.
  private var held: Frame?
  private var lastTime: Microseconds?
  private var isFinished = false
  /// Times that packets told of late, and that pictures should therefore have.
  private var told: [Microseconds] = []
  /// The time of the key picture that the run began with; `nil` before the first run.
  private(set) var beginning: Microseconds?
  /// The time of the key picture fed last.
  private(set) var lastKey: Microseconds?
  /// Nothing was damaged or missing since the run began: to begin at a later key picture would give
  /// the same pictures.
  private(set) var isClean = true
  private static let memory = 48

  init(container: Container, decoder: Decoder) {
    self.container = container
    self.decoder = decoder
  }

  /// The next packet fed is a key picture, not the one after the last.
  ///
  /// - Throws: ``RecordingError``: out of memory.
  func restart() throws(RecordingError) {
    try decoder.restart()
    held = nil
    lastTime = nil
    isFinished = false
    told = []
    beginning = nil
    lastKey = nil
    isClean = true
  }

  /// Feeds packets until the first picture at or after `time` comes out.
  ///
  /// - Parameters:
  ///   - time: From when on a picture will do.
  ///   - packet: Gives the next packet of the run, `nil` at the recording's end.
  /// - Returns: `nil` where the recording ends before.
  /// - Throws: ``RecordingError``: what `packet` throws, out of memory.
  func picture(
    at time: Microseconds, packet: () throws(RecordingError) -> Packet?
  ) throws(RecordingError) -> Frame? {
    if let held, held.time >= time { return held }
    while true {
      while let frame = try decoder.receive() {
        frame.time = showTime(of: frame)
        lastTime = frame.time
        held = frame
        if frame.isDamaged { isClean = false }
        if frame.time >= time {
          if lateness(of: frame, for: time) > 0 { isClean = false }
          return frame
        }
      }
      if isFinished { return nil }
      if let next = try packet() {
        feed(next, for: time)
      } else {
        decoder.finish()
        isFinished = true
      }
    }
  }

  /// By how much a picture is later than the first one at or after a time should have been; 0 where
  /// it is that one.
  func lateness(of frame: Frame, for time: Microseconds) -> Microseconds {
    let due = told.filter { $0 >= time }.min() ?? frame.time
    let late = frame.time - due
    return late > container.frameDuration * 3 / 4 ? late : 0
  }

  private func feed(_ packet: Packet, for time: Microseconds) {
    let facts = packet.facts
    if beginning == nil { beginning = facts.time }
    if facts.isKey { lastKey = facts.time }
    if facts.isCorrupt { isClean = false }
    // What a run begins with may be preceded by pictures that need others before it.
    if !facts.isTimeGuessed, facts.time >= beginning ?? 0 {
      if told.count == Self.memory { told.removeFirst() }
      told.append(facts.time)
    }
    // A margin, for fields without a time of their own; a guessed time may be as early as the
    // decode time, up to 16 pictures before.
    let margin = container.frameDuration * (facts.isTimeGuessed ? 20 : 2)
    decoder.feed(packet, referencesOnly: facts.time < time - margin)
  }

  private func showTime(of frame: Frame) -> Microseconds {
    if let ticks = frame.ticks { return container.time(ofTicks: ticks) }
    // Program streams give some pictures no time, and libav's guess is then one picture early.
    let following = lastTime.map { $0 + container.frameDuration }
    if let ticks = frame.guessedTicks {
      let guess = container.time(ofTicks: ticks)
      guard let following, guess < following - container.frameDuration / 2 else { return guess }
    }
    return following ?? 0
  }
}
