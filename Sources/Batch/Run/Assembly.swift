// SPDX-License-Identifier: Apache-2.0
internal import Decoders
internal import Media
internal import Outputs

/// Puts the stretches of a recording together again, in order, and feeds the outputs.
///
/// Each stretch has a journal, if any is kept; only the pictures of the stretch that is next in
/// order go to the outputs as they come. Owned by one thread.
final class Assembly {
  /// Where journals are kept; `nil` where pictures are shown as they come.
  struct Keeping {
    let folder: StateFolder
    let id: String
  }

  private struct Stretch {
    let first: Int
    /// The slot that the next stretch begins with.
    var end: Int?
    var journal: Journal?
    var isOver = false
    var ending: PreviewEnd?
  }

  /// How the slots were served, those of earlier runs included.
  private(set) var tally = PictureTally()
  /// Slots where another picture was chosen, and why.
  private(set) var noted = 0
  /// Real times of the first and the last picture.
  private(set) var times: (first: Int64, last: Int64)?
  /// What the pictures are.
  private(set) var description: PreviewDescription?

  private let outputs: OutputSet
  private let recording: (_ facts: PreviewDescription) -> OutputRecording
  private let keeping: Keeping?
  private var stretches: [Stretch]
  private var current = 0
  private var hasBegun = false
  private var mayGoOn = true
  private var lastSlot: Int

  /// Begins with what was kept of earlier runs, which goes to the outputs at once.
  ///
  /// - Parameters:
  ///   - outputs: Not begun yet.
  ///   - first: The first slot wanted.
  ///   - kept: Of the journals, in order.
  ///   - keeping: Where journals are; `nil` for none.
  ///   - recording: What outputs are told.
  /// - Throws: `MediaError`: an output or a journal can't be written.
  init(
    outputs: OutputSet, first: Int, kept: [Journal.Kept], keeping: Keeping?,
    recording: @escaping (PreviewDescription) -> OutputRecording
  ) throws(MediaError) {
    self.outputs = outputs
    self.recording = recording
    self.keeping = keeping
    lastSlot = first - 1
    description = kept.first?.description
    stretches = []
    let shape = Stretches(first: first, kept: kept)
    for stretch in shape.all {
      let found = kept.first { $0.first == stretch.first }
      let journal = try found.map { found throws(MediaError) in
        try Self.journal(keeping, found.first, kept: found)
      }
      stretches.append(
        Stretch(
          first: stretch.first, end: stretch.end, journal: journal ?? nil,
          isOver: stretch.state == .over, ending: found?.end))
    }
    try replay()
  }

  private static func journal(
    _ keeping: Keeping?, _ first: Int, kept: Journal.Kept?
  ) throws(MediaError) -> Journal? {
    guard let keeping else { return nil }
    return try Journal(keeping.folder.journal(keeping.id, first: first), kept: kept)
  }

  // MARK: What comes

  /// The recording was opened.
  func begin(_ description: PreviewDescription) throws(MediaError) {
    if self.description == nil { self.description = description }
    for index in stretches.indices { try openJournal(of: index) }
  }

  /// The stretch that begins with `first` ends where another begins.
  func split(_ first: Int, at slot: Int) throws(MediaError) {
    guard let index = stretches.firstIndex(where: { $0.first == first }) else { return }
    let end = stretches[index].end
    stretches[index].end = slot
    stretches.insert(Stretch(first: slot, end: end), at: index + 1)
    try openJournal(of: index + 1)
  }

  /// A picture of the stretch that begins with `first`.
  func add(_ picture: DecodedPicture, of first: Int) throws(MediaError) {
    guard let index = stretches.firstIndex(where: { $0.first == first }) else { return }
    try stretches[index].journal?.append(picture)
    if index == current { try feed(picture) }
  }

  /// Nothing more comes of the stretch that begins with `first`.
  func end(_ first: Int, _ ending: PreviewEnd?) throws(MediaError) {
    guard let index = stretches.firstIndex(where: { $0.first == first }) else { return }
    stretches[index].isOver = true
    stretches[index].ending = ending
    // What ended before its time may go on in another run.
    if let ending, ending.status == .complete || ending.status == .partial {
      try stretches[index].journal?.end(ending)
    }
    try advance()
  }

  /// Another run must not go on with what has come.
  func forbidGoingOn() throws(MediaError) {
    mayGoOn = false
    for stretch in stretches { try stretch.journal?.forbidGoingOn() }
  }

  private func openJournal(of index: Int) throws(MediaError) {
    guard stretches[index].journal == nil, !stretches[index].isOver, let description else { return }
    let journal = try Self.journal(keeping, stretches[index].first, kept: nil)
    try journal?.begin(description)
    if !mayGoOn { try journal?.forbidGoingOn() }
    stretches[index].journal = journal
  }

  // MARK: What goes to the outputs

  /// Feeds what the stretch in turn has kept.
  private func replay() throws(MediaError) {
    guard current < stretches.count else { return }
    try stretches[current].journal?.forEach { picture throws(MediaError) in try feed(picture) }
    if stretches[current].isOver { try advance() }
  }

  private func advance() throws(MediaError) {
    while current < stretches.count, stretches[current].isOver {
      current += 1
      guard current < stretches.count else { return }
      try stretches[current].journal?.forEach { picture throws(MediaError) in try feed(picture) }
    }
  }

  private func feed(_ picture: DecodedPicture) throws(MediaError) {
    guard picture.slot > lastSlot, stretches[current].end.map({ picture.slot < $0 }) ?? true else {
      return
    }
    let slotTime = OutputPicture(
      slot: picture.slot, askedTime: picture.askedTime, time: picture.time,
      isKey: picture.flags.contains(.keyframe),
      followsJump: picture.flags.contains(.discontinuity) || picture.slot > lastSlot + 1,
      isDamaged: picture.isDamaged, jpeg: picture.jpeg)
    if !hasBegun, let description {
      hasBegun = true
      try outputs.begin(recording(description), sizes: sizes(of: picture))
    }
    try outputs.add(slotTime, jpegs: picture.jpegs)
    tally.count(picture, gap: picture.slot - lastSlot - 1)
    lastSlot = picture.slot
    if picture.note != nil { noted += 1 }
    times = (times?.first ?? picture.time, picture.time)
  }

  private func sizes(of picture: DecodedPicture) throws(MediaError) -> [(width: Int, height: Int)] {
    let decoder = try JPEGDecoder()
    var sizes: [(width: Int, height: Int)] = []
    for jpeg in picture.jpegs { sizes.append(try decoder.size(of: jpeg)) }
    return sizes
  }

  // MARK: The end

  /// Endings of the stretches, in order; `nil` for one that ended where the next begins.
  var endings: [PreviewEnd?] { stretches.map(\.ending) }
  /// Every slot has been decoded or given up for good.
  var isWhole: Bool { stretches.allSatisfy(\.isOver) }
  /// The slot behind the last one.
  var nextSlot: Int { lastSlot + 1 }

  /// Publishes the outputs.
  func publish(_ end: OutputEnd) throws(MediaError) -> [String] {
    guard hasBegun || keeping == nil, let description else { return [] }
    guard hasBegun else {
      // Whoever reads a pipe is told why nothing comes; there is no file without a picture.
      let size = (description.pictures?.width ?? 0, description.pictures?.height ?? 0)
      let widths = (outputs.parts.map(\.width).max() ?? 0) + 1
      try outputs.begin(recording(description), sizes: Array(repeating: size, count: widths))
      do throws(MediaError) { try outputs.finish(end) } catch { outputs.abandon() }
      return []
    }
    try outputs.finish(end)
    return outputs.published
  }

  /// Leaves no output; the journals stay, with all that came.
  func abandon() {
    outputs.abandon()
    for stretch in stretches {
      // What can't be kept is decoded again.
      do throws(MediaError) { try stretch.journal?.flush() } catch { continue }
    }
  }

  /// Forgets the journals: the outputs are whole.
  func removeJournals() { for stretch in stretches { stretch.journal?.remove() } }
}
