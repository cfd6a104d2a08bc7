// SPDX-License-Identifier: Apache-2.0

extension PreviewExtractor {
  /// The recording is being recorded, as far as is known.
  public var isGrowing: Bool { sound == nil && container.isGrowing && !isOver }

  /// More of a recording that grows is there: ``step()`` may find what it waited for.
  ///
  /// - Returns: Whether there really is.
  /// - Throws: ``RecordingError``: it became shorter. The verdict says how much was served.
  @discardableResult
  public func recordingGrew() throws(RecordingError) -> Bool {
    guard isGrowing else { return false }
    switch container.handle.file.look() {
    case .none, .replaced: return false
    case .grew: return true
    case .shrank:
      isOver = true
      let error = RecordingError(name: facts.name, reason: .cutShort)
      tally.end(expected: nil, failure: error.reason.sentence)
      throw error
    }
  }

  /// Nothing will be added to a recording that grew: what remains is served as that of a recording
  /// that was finished from the beginning.
  ///
  /// - Parameter fault: Why what follows is lost, where it is: the verdict names it.
  /// - Throws: ``RecordingError``: it can't be opened any more, it became shorter.
  public func recordingEnded(because fault: String? = nil) throws(RecordingError) {
    guard isGrowing else { return }
    try recordingGrew()
    let file = container.handle.file
    file.stopGrowing()
    file.renewDeadline()
    file.rewind()
    do {
      let finished = try Container(file: file)
      let rest = try Self.picker(for: finished, settings)
      rest.skip(picker.slotsDone)
      spent = (
        spent.seeks + container.seeks, spent.packets + container.packetsRead,
        spent.pictures + picker.decodedCount
      )
      (container, picker) = (finished, rest)
      slotCount = rest.grid.count
      tally.fault = fault
    } catch {
      isOver = true
      tally.end(expected: nil, failure: error.reason.sentence)
      throw error
    }
  }

  /// Where an extraction has got to.
  public enum Step: Sendable {
    /// The next slot's picture.
    case picture(ExtractedFrame)
    /// The recording grows, and what serves the next slot isn't recorded yet, or could still change.
    case waiting
    /// No more pictures.
    case end
  }
}
