// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Recording
import Testing

@Suite(
  .enabled(
    if: Shelf.directory != nil && Shell.hasFFmpeg,
    "set PREVIEW_MEDIA_DIR to the recordings, and install ffmpeg"))
struct RealRecordingTests {
  @Test(arguments: Shelf.names, PickMode.allCases)
  func `each recording gives pictures at right times, or a clear verdict`(
    name: String, mode: PickMode
  ) throws {
    let path = "\(Shelf.directory ?? "")/\(name)"
    if let reason = Shelf.refused[name] {
      #expect(throws: RecordingError(name: path, reason: reason)) { _ = try Container(path: path) }
      return
    }
    let container = try Container(path: path)
    var settings = PreviewSettings()
    settings.interval = .milliseconds(700)
    settings.mode = mode
    let extractor = try PreviewExtractor(container: container, settings: settings)
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }

    if Shelf.undecodable.contains(name) {
      #expect(frames.isEmpty)
      guard case .failed = extractor.verdict else {
        Issue.record("\(extractor.verdict)")
        return
      }
      return
    }
    #expect(!frames.isEmpty)
    // What is damaged is said to be; most captures end within a picture.
    if frames.contains(where: \.isDamaged) {
      #expect(Shelf.damaged.contains(name))
      #expect(extractor.verdict.description.hasSuffix("pictures are damaged"))
    } else {
      #expect(extractor.verdict == .complete)
    }
    // Overwritten bytes may say another shape of pixels.
    let height = name.hasPrefix("made_corrupt") ? nil : extractor.pictureSize.height
    try check(frames, mode: mode, width: extractor.pictureSize.width, height: height)
    checkKeys(frames, of: container, at: path)
  }

  func check(
    _ frames: [ExtractedFrame], mode: PickMode, width: Int, height: Int?
  ) throws {
    for (frame, next) in zip(frames, frames.dropFirst()) {
      #expect(next.slot > frame.slot)
      #expect(next.time >= frame.time)
    }
    for frame in frames {
      #expect(frame.askedTime == Int64(frame.slot) * 700_000)
      if mode == .exact { #expect(frame.time >= frame.askedTime) }
      let picture = try JPEGDecoder().decode(frame.jpeg)
      #expect(picture.width == width)
      if let height { #expect(picture.height == height) }
      #expect(!picture.isDamaged)
    }
  }

  /// Every key picture's time must be one that ffprobe reads too; a picture without one (program
  /// streams) lies at most a few pictures after its decode time.
  func checkKeys(_ frames: [ExtractedFrame], of container: Container, at path: String) {
    let lines = Shell.lines(
      "ffprobe -v error -select_streams \(container.streamIndex) -show_entries "
        + "packet=pts_time,dts_time,flags -of csv=p=0 \(Shell.quoted(path)) 2>/dev/null")
    let start = Double(container.facts.startTime / .microseconds(1)) / 1e6
    let keys = lines.map { $0.split(separator: ",") }
      .filter { $0.count > 2 && $0[2].hasPrefix("K") }
      .compactMap { fields -> ClosedRange<Double>? in
        if let time = Double(fields[0]) { return time - start - 0.002...time - start + 0.002 }
        return Double(fields[1]).map { $0 - start - 0.002...$0 - start + 0.13 }
      }
    for frame in frames where frame.isKey {
      let time = Double(frame.time) / 1e6
      #expect(keys.contains { $0.contains(time) }, "\(path) slot \(frame.slot) at \(time)")
    }
  }

  @Test(arguments: Shelf.rows)
  func `the facts are those that ffprobe reads`(row: [String]) throws {
    guard Shelf.refused[row[0]] == nil, row.count > 8, !row[4].hasPrefix("0x") else { return }
    let facts = try Container(path: "\(Shelf.directory ?? "")/\(row[0])").facts
    #expect(facts.bytes == Int64(row[1]))
    #expect(facts.container == row[2])
    #expect(facts.video.codec == row[3])
    #expect("\(facts.video.codedWidth)x\(facts.video.codedHeight)" == row[4])
    if row[5] != "-" { #expect(facts.video.pixelFormat == row[5]) }
    if row[7] != "-" { #expect("\(facts.video.sampleAspect)" == row[7]) }
    if let duration = facts.duration, let told = Double(row[8]), told < 3600 {
      // The list counts from the first sound, we from the first picture.
      #expect(abs(Double(duration / .microseconds(1)) / 1e6 - told) < 0.5)
    }
  }
}
