// SPDX-License-Identifier: Apache-2.0
import Recording
import Testing

/// A picture depends on its recording and its slot, never on what was asked for before.
@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct HistoryTests {
  struct Shown: Equatable {
    let time: Int64
    let jpeg: [UInt8]
  }

  func extract(
    _ path: String, _ mode: PickMode, _ interval: Duration, slot: Int? = nil, map: KeyMap? = nil
  ) throws -> (frames: [Int: ExtractedFrame], extractor: PreviewExtractor) {
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    if let slot {
      settings.start = interval * slot
      settings.count = 1
    }
    let extractor = try PreviewExtractor(
      container: Container(path: path), settings: settings, keyMap: map)
    var frames: [Int: ExtractedFrame] = [:]
    while let frame = try extractor.next() { frames[frame.slot] = frame }
    return (frames, extractor)
  }

  func compare(_ path: String, _ mode: PickMode, _ interval: Duration, each step: Int) throws {
    let (whole, extractor) = try extract(path, mode, interval)
    let map = extractor.keyMap
    for slot in stride(from: 0, to: whole.count, by: step) {
      guard let expected = whole[slot] else { continue }
      for given in [nil, map] {
        let (alone, _) = try extract(path, mode, interval, slot: slot, map: given)
        let way = "\(path) \(mode) slot \(slot), map: \(given != nil)"
        #expect(alone.count == 1, "\(way)")
        #expect(alone[slot]?.time == expected.time, "\(way)")
        #expect(alone[slot]?.jpegs == expected.jpegs, "\(way)")
        #expect(alone[slot]?.isKey == expected.isKey, "\(way)")
      }
    }
  }

  @Test(arguments: Clip.allCases, PickMode.allCases)
  func `a slot of a clip alone gives what it gives in the whole`(
    clip: Clip, mode: PickMode
  ) throws {
    try compare(clip.path, mode, .milliseconds(7300), each: 1)
    try compare(clip.path, mode, .milliseconds(440), each: 9)
  }

  @Test(
    .enabled(if: Shelf.directory != nil, "set PREVIEW_MEDIA_DIR to the recordings"),
    arguments: Shelf.names, PickMode.allCases)
  func `a slot of a real recording alone gives what it gives in the whole`(
    name: String, mode: PickMode
  ) throws {
    guard Shelf.refused[name] == nil, !Shelf.undecodable.contains(name) else { return }
    let path = "\(Shelf.directory ?? "")/\(name)"
    try compare(path, mode, .milliseconds(700), each: 1)
  }
}
