// SPDX-License-Identifier: Apache-2.0
import Glibc
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct NumberedClipTests {
  static let intervals: [Duration] = [.milliseconds(500), .milliseconds(7300)]

  func extract(
    _ clip: Clip, _ mode: PickMode, _ interval: Duration, start: Duration = .zero
  ) throws -> (frames: [ExtractedFrame], verdict: ExtractionVerdict) {
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    settings.start = start
    let extractor = try PreviewExtractor(path: clip.path, settings: settings)
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }
    return (frames, extractor.verdict)
  }

  @Test(arguments: Clip.allCases, intervals)
  func `exact gives the first picture at or after each slot`(
    clip: Clip, interval: Duration
  ) throws {
    let (frames, verdict) = try extract(clip, .exact, interval)
    let step = Int64(interval / .microseconds(1))
    #expect(frames.count == Int((60_000_000 + step - 1) / step))
    #expect(verdict == .complete)
    for frame in frames {
      let asked = Int64(frame.slot) * step
      let expected = Int((asked + Clip.pictureDuration - 1) / Clip.pictureDuration)
      #expect(frame.askedTime == asked)
      #expect(try Clip.number(in: frame.jpeg) == expected, "slot \(frame.slot)")
      #expect(frame.time == Int64(expected) * Clip.pictureDuration)
    }
  }

  @Test(arguments: Clip.allCases, intervals)
  func `keyframe gives the nearest key picture, with its own time`(
    clip: Clip, interval: Duration
  ) throws {
    // The pictures in order of showing; each lasts 40 ms.
    let keys = Shell.lines(
      "ffprobe -v error -select_streams v -show_entries frame=key_frame -of csv=p=0 \(clip.path)"
    ).enumerated().filter { $0.element.hasPrefix("1") }.map { Int64($0.offset) * 40_000 }
    let (frames, verdict) = try extract(clip, .keyframe, interval)
    let step = Int64(interval / .microseconds(1))
    let count = Int((60_000_000 + step - 1) / step)
    #expect(count...count + 1 ~= frames.count)
    #expect(verdict == .complete)
    for frame in frames {
      #expect(frame.isKey)
      #expect(Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration == frame.time)
      let least = keys.map { abs($0 - frame.askedTime) }.min()
      #expect(abs(frame.time - frame.askedTime) == least, "slot \(frame.slot)")
    }
  }

  @Test(arguments: Clip.allCases, intervals)
  func `auto shows a new picture for each slot, never far from it`(
    clip: Clip, interval: Duration
  ) throws {
    let (frames, verdict) = try extract(clip, .auto, interval)
    let step = Int64(interval / .microseconds(1))
    #expect(frames.count >= Int((60_000_000 + step - 1) / step) - 1)
    #expect(verdict == .complete)
    for (frame, next) in zip(frames, frames.dropFirst()) { #expect(frame.time < next.time) }
    for frame in frames {
      #expect(Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration == frame.time)
      #expect(abs(frame.time - frame.askedTime) <= max(step / 2, Clip.pictureDuration))
    }
  }

  @Test func `a descriptor serves as well as a path, and its own offset stays`() throws {
    let descriptor = unsafe open(Clip.mpeg2TS.path, O_RDONLY)
    let shared = dup(descriptor)
    defer { close(shared) }
    var settings = PreviewSettings()
    settings.count = 2
    let extractor = try PreviewExtractor(
      descriptor: descriptor, name: "news.ts", settings: settings)
    var slots: [Int] = []
    while let frame = try extractor.next() { slots.append(frame.slot) }
    #expect(slots == [0, 1])
    #expect(extractor.facts.name == "news.ts")
    #expect(lseek(shared, 0, SEEK_CUR) == 0)
  }

  @Test func `one slot of a minute reads a small part of the file`() throws {
    let container = try Container(path: Clip.mpeg2TS.path)
    var settings = PreviewSettings()
    settings.mode = .keyframe
    settings.interval = .seconds(30)
    let extractor = try PreviewExtractor(container: container, settings: settings)
    while try extractor.next() != nil {}
    #expect(extractor.verdict == .complete)
    // Opening alone reads about a megabyte: the beginning, and the end for the duration.
    #expect(container.bytesRead < container.facts.bytes * 3 / 4)
  }

  @Test(arguments: [Clip.mpeg1PSLate, .mpeg2TS, .h264TS, .h264MP4, .h264MKV])
  func `starts in the middle at the slot asked for`(clip: Clip) throws {
    let (frames, _) = try extract(clip, .exact, .seconds(5), start: .milliseconds(32_500))
    #expect(frames.map(\.slot) == [7, 8, 9, 10, 11])
    #expect(try frames.map { try Clip.number(in: $0.jpeg) } == [875, 1000, 1125, 1250, 1375])
  }
}
