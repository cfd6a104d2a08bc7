// SPDX-License-Identifier: Apache-2.0

extension PreviewExtractor {
  /// The next slot's picture of a recording without moving pictures.
  func step(of sound: SoundPictures) throws(RecordingError) -> Step {
    if isOver { return .end }
    do {
      if var frame = try sound.next() {
        tally.count(&frame, keyGap: nil)
        return .picture(frame)
      }
      isOver = true
      tally.end(expected: sound.grid.count, foundEnd: sound.foundEnd, duration: facts.duration)
      return .end
    } catch {
      isOver = true
      tally.end(expected: sound.grid.count, failure: error.reason.sentence)
      throw error
    }
  }
}
