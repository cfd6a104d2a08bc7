// SPDX-License-Identifier: Apache-2.0
import Recording
import Media
import Testing

/// A picture depends on its recording and its slot, never on what was asked for before.
@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct HistoryTests {
  /// Compares so many slots, evenly taken, alone with what they are in the whole.
  func compare(_ path: String, _ mode: PickMode, _ interval: Duration, slots: Int) throws {
    let whole = try Extraction(path, mode, interval)
    guard !whole.extractor.dependsOnHistory else { return }
    let map = whole.extractor.keyMap
    let step = max(whole.frames.count / slots, 1)
    for expected in whole.frames.enumerated().filter({ $0.offset % step == 0 }).map(\.element) {
      for given in [nil, map] where given?.isEmpty != true {
        let alone = try Extraction(path, mode, interval, slot: expected.slot, map: given).frames
        let way = "\(path) \(mode) slot \(expected.slot), with a map: \(given != nil)"
        #expect(alone.map(\.slot) == [expected.slot], "\(way)")
        #expect(alone.first?.time == expected.time, "\(way)")
        #expect(alone.first?.isKey == expected.isKey, "\(way)")
        #expect(alone.first?.jpegs == expected.jpegs, "\(way)")
      }
    }
  }

  @Test(arguments: Clip.allCases, PickMode.allCases)
  func `a slot of a clip alone gives what it gives in the whole`(
    clip: Clip, mode: PickMode
  ) throws {
    try compare(clip.path, mode, .milliseconds(7300), slots: 9)
    try compare(clip.path, mode, .milliseconds(440), slots: 7)
    #expect(try !Extraction(clip.path, mode, .seconds(20)).extractor.dependsOnHistory)
  }

  @Test(
    .enabled(if: Shelf.directory != nil, "set PREVIEW_MEDIA_DIR to the recordings"),
    arguments: Shelf.names, PickMode.allCases)
  func `a slot of a real recording alone gives what it gives in the whole`(
    name: String, mode: PickMode
  ) throws {
    guard Shelf.refused[name] == nil, !Shelf.undecodable.contains(name) else { return }
    try compare("\(Shelf.directory ?? "")/\(name)", mode, .milliseconds(700), slots: 4)
  }

  @Test(arguments: PickMode.allCases, [Duration.milliseconds(200), .milliseconds(1300)])
  func `a recording whose times jump is served to its end`(
    mode: PickMode, interval: Duration
  ) throws {
    let tag = "\(mode)_\(interval.components.seconds)"
    let joined = Made.joined(.mpeg2TSLate, shift: 4000, tag: tag)
    let one = try Extraction(Clip.mpeg2TSLate.path, mode, interval)
    let both = try Extraction(joined.path, mode, interval)
    #expect(both.extractor.dependsOnHistory)
    #expect(both.frames.count >= 2 * one.frames.count - 1)
    // The first recording's pictures are what they are alone, up to where the other one begins.
    let count = one.frames.count * 9 / 10
    #expect((both.frames.prefix(count).map(\.jpeg) == one.frames.prefix(count).map(\.jpeg)) == true)
  }

  @Test func `what must not be divided says so`() throws {
    let joined = Made.joined(.mpeg2TSLate, shift: 4000, tag: "history")
    var settings = PreviewSettings()
    settings.interval = .seconds(20)
    let extractor = try PreviewExtractor(path: joined.path, settings: settings)
    try extractor.prepare()
    #expect(extractor.dependsOnHistory)
    while try extractor.next() != nil {}
    #expect(extractor.keyMap.hasJumps)
    let plain = try PreviewExtractor(path: Clip.mpeg2TSLate.path, settings: settings)
    try plain.prepare()
    #expect(!plain.dependsOnHistory)
  }
}
