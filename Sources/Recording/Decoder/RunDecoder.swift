// SPDX-License-Identifier: Apache-2.0

/// Decodes on through a run of packets to the first picture at or after a time.
final class RunDecoder {
  private let container: Container
  private let decoder: Decoder
  /// The picture found last: it may serve the next time too.
  private var held: Frame?
  private var lastTime: Microseconds?
  private var isFinished = false

  init(container: Container, decoder: Decoder) {
    self.container = container
    self.decoder = decoder
  }

  /// The next packet fed is a key picture, not the one after the last.
  func restart() {
    decoder.restart()
    held = nil
    lastTime = nil
    isFinished = false
  }

  /// Whether the picture found last also serves `time`.
  func holds(_ time: Microseconds) -> Frame? {
    guard let held, held.time >= time else { return nil }
    return held
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
    if let frame = holds(time) { return frame }
    while true {
      while let frame = try decoder.receive() {
        frame.time = showTime(of: frame)
        lastTime = frame.time
        held = frame
        if frame.time >= time { return frame }
      }
      if isFinished { return nil }
      if let next = try packet() {
        // A margin, for fields without a time of their own; a guessed time may be as early as the
        // decode time, up to 16 pictures before.
        let margin = container.frameDuration * (next.facts.isTimeGuessed ? 20 : 2)
        decoder.feed(next, referencesOnly: next.facts.time < time - margin)
      } else {
        decoder.finish()
        isFinished = true
      }
    }
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
