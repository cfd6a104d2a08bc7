// SPDX-License-Identifier: Apache-2.0
import Media
import Recording

/// All that comes out of a recording.
struct Extraction {
  var frames: [ExtractedFrame] = []
  let extractor: PreviewExtractor
  var verdict: ExtractionVerdict { extractor.verdict }

  init(_ path: String, map: KeyMap? = nil, _ settings: PreviewSettings) throws {
    extractor = try PreviewExtractor(
      container: Container(path: path), settings: settings, keyMap: map)
    while let frame = try extractor.next() { frames.append(frame) }
  }

  init(
    _ path: String, _ mode: PickMode, _ interval: Duration, slot: Int? = nil, map: KeyMap? = nil
  ) throws {
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    if let slot {
      settings.start = interval * slot
      settings.count = 1
    }
    try self.init(path, map: map, settings)
  }
}

/// Clips that are made for one test.
enum Made {
  /// Has ffmpeg make a file, once.
  static func file(_ name: String, _ arguments: String) -> String {
    let path = ".build/recording-test-clips/\(name)"
    _ = Shell.lines(
      "mkdir -p .build/recording-test-clips; [ -s \(path) ] || ffmpeg -nostdin -v error -y "
        + "\(arguments) \(path).part.\(name.split(separator: ".").last ?? "") "
        + "&& [ -s \(path) ] || mv \(path).part.* \(path)")
    return path
  }

  /// Two pieces, one after the other, the second with its times shifted by so many seconds.
  static func joined(_ clip: Clip, shift: Int, tag: String) -> TemporaryFile {
    let path = ".build/recording-test-clips/joined_\(tag)_\(shift).ts"
    _ = Shell.lines(
      "ffmpeg -nostdin -v error -y -i \(clip.path) -c copy "
        + "-output_ts_offset \(3600 + 60 + shift) \(path)")
    defer { _ = Shell.lines("rm -f \(path)") }
    return TemporaryFile(Shell.contents(of: clip.path) + Shell.contents(of: path), ending: "ts")
  }
}
