// SPDX-License-Identifier: Apache-2.0
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct BarcodeTests {
  static let intervals: [Duration] = [.seconds(1), .milliseconds(400), .milliseconds(7300)]

  /// A slot and the picture that serves it.
  struct Served: Equatable, CustomStringConvertible {
    let slot: Int
    let number: Int?
    var description: String { "\(slot): \(number.map(String.init) ?? "unreadable")" }
  }

  func extract(
    _ clip: BarcodeClip, _ mode: PickMode, _ interval: Duration
  ) throws -> [ExtractedFrame] {
    if let reason = clip.reasonMissing { try Test.cancel("\(reason)") }
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    settings.width = 256
    let extractor = try PreviewExtractor(path: clip.path, settings: settings)
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }
    #expect(extractor.verdict == .complete)
    return frames
  }

  func served(_ frames: [ExtractedFrame]) throws -> [Served] {
    try frames.map { Served(slot: $0.slot, number: try BarcodeClip.number(in: $0.jpeg)) }
  }

  @Test(arguments: BarcodeClip.all, intervals)
  func `exact gives the first picture at or after each slot`(
    clip: BarcodeClip, interval: Duration
  ) throws {
    let frames = try extract(clip, .exact, interval)
    let pictures = clip.pictures
    let step = Int64(interval / .microseconds(1))
    let last = try #require(pictures.last)
    let expected = stride(from: 0, through: last.time, by: Int(step)).enumerated().map {
      slot, time in
      Served(slot: slot, number: pictures.first { $0.time >= time }?.number)
    }
    let served = try served(frames)
    let wrong = served.filter { !expected.contains($0) }.map { "\($0)" }.joined(separator: ", ")
    #expect(wrong == "")
    #expect(served.map(\.slot) == expected.map(\.slot))
    try checkTimes(frames, of: clip)
  }

  @Test(arguments: BarcodeClip.all, intervals)
  func `keyframe gives the key picture nearest to each slot`(
    clip: BarcodeClip, interval: Duration
  ) throws {
    let frames = try extract(clip, .keyframe, interval)
    try checkTimes(frames, of: clip)
    let pictures = clip.pictures
    let keys = pictures.filter(\.isKey)
    // The pictures at which decoding may begin there are no key pictures: several mend each other.
    for frame in frames where !clip.name.contains("refresh") {
      // The key picture before an edited beginning isn't shown: decoding on from it is right.
      if clip.name.contains("edited"), frame.slot == 0, frame.time == 0 { continue }
      #expect(frame.isKey)
      let nearest = keys.map { abs($0.time - frame.askedTime) }.min()
      #expect(abs(frame.time - frame.askedTime) == nearest, "slot \(frame.slot)")
    }
    let step = Int64(interval / .microseconds(1))
    let last = try #require(pictures.last)
    #expect(frames.count >= Int(last.time / step) + 1)
  }

  @Test(arguments: BarcodeClip.all, intervals)
  func `auto gives a key picture that no other slot is nearer to, else the exact one`(
    clip: BarcodeClip, interval: Duration
  ) throws {
    let frames = try extract(clip, .auto, interval)
    try checkTimes(frames, of: clip)
    let pictures = clip.pictures
    let step = Int64(interval / .microseconds(1))
    for frame in frames {
      let asked = frame.askedTime
      let near = pictures.filter {
        $0.isKey && $0.time >= asked - step / 2 && $0.time < asked + step / 2
      }
      let exact = pictures.first { $0.time >= asked }
      // Two key pictures may be equally near.
      let wanted = near.map { abs($0.time - asked) }.min() ?? exact.map { $0.time - asked }
      #expect(abs(frame.time - asked) == wanted, "slot \(frame.slot)")
      #expect(frame.isKey == (!near.isEmpty || exact?.isKey ?? false), "slot \(frame.slot)")
    }
    let last = try #require(pictures.last)
    #expect(frames.count >= Int(last.time / step) + 1)
  }

  /// Each picture is that of the time which it claims.
  func checkTimes(_ frames: [ExtractedFrame], of clip: BarcodeClip) throws {
    let times = Dictionary(uniqueKeysWithValues: clip.pictures.map { ($0.number, $0.time) })
    for frame in frames {
      let number = try BarcodeClip.number(in: frame.jpeg)
      let time = number.flatMap { times[$0] }
      #expect(time == frame.time, "slot \(frame.slot) shows \(number ?? -1)")
    }
  }

  @Test(arguments: BarcodeClip.cut, PickMode.allCases)
  func `a clip cut at its beginning counts from its first whole picture`(
    clip: BarcodeClip, mode: PickMode
  ) throws {
    let frames = try extract(clip, mode, .seconds(1))
    let first = try #require(frames.first)
    let zero = try #require(try BarcodeClip.number(in: first.jpeg)) - Int(first.time / 40_000)
    for frame in frames {
      let number = try #require(try BarcodeClip.number(in: frame.jpeg), "slot \(frame.slot)")
      #expect(Int64(number - zero) * 40_000 == frame.time)
      // HEVC drops pictures here and there that refer to what was cut off.
      let latest = frame.askedTime + (clip.name.hasPrefix("hevc") ? 80_000 : 0)
      if mode == .exact, frame.slot > 0 {
        #expect(frame.askedTime...latest ~= frame.time, "slot \(frame.slot)")
      }
    }
    // What lies in the file after its first whole picture is served to the end.
    #expect(frames.count >= (999 - zero) / 25)
  }
}
