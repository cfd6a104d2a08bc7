// SPDX-License-Identifier: Apache-2.0
import Glibc
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct DamageTests {
  /// All that comes out of a file, however it ends.
  func extract(
    _ path: String, _ mode: PickMode, interval: Duration = .seconds(5)
  ) throws(RecordingError) -> (frames: [ExtractedFrame], verdict: ExtractionVerdict) {
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = interval
    let extractor = try PreviewExtractor(path: path, settings: settings)
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }
    return (frames, extractor.verdict)
  }

  @Test(arguments: [Clip.mpeg1PS, .mpeg2TS, .h264TS, .h264MP4, .h264MKV, .aspAVI], 0..<8)
  func `a file with bytes overwritten ends with a verdict`(clip: Clip, seed: Int) throws {
    var bytes = Shell.contents(of: clip.path)
    var state = UInt64(seed) &+ 77
    for _ in 0..<(20 << seed % 4) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 25)
    }
    let ending = String(clip.rawValue.split(separator: ".").last ?? "")
    let file = TemporaryFile(bytes, ending: ending)
    for mode in PickMode.allCases {
      do throws(RecordingError) {
        let (frames, verdict) = try extract(file.path, mode)
        // 12 slots, whatever the file says of its length; some more where its end is lost.
        #expect(frames.count <= 24)
        if frames.isEmpty { #expect(verdict != .complete) }
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test(arguments: [Clip.mpeg1PS, .mpeg2TS, .h264TS, .h264MKV, .aspAVI], [0.01, 0.3, 0.77])
  func `a file cut short gives the pictures before the cut`(clip: Clip, share: Double) throws {
    let bytes = Shell.contents(of: clip.path)
    let ending = String(clip.rawValue.split(separator: ".").last ?? "")
    let file = TemporaryFile(Array(bytes.prefix(Int(Double(bytes.count) * share))), ending: ending)
    let (frames, _) = try extract(file.path, .exact, interval: .milliseconds(500))
    // The clips' bytes pass unevenly, so leave a wide margin.
    let expected = Int(120 * share)
    #expect((expected * 7 / 10)...(expected * 13 / 10 + 2) ~= frames.count)
    for frame in frames {
      #expect(frame.time == Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration)
    }
  }

  @Test func `a cut MP4 whose list came first is partial`() throws {
    let path = ".build/recording-test-clips/faststart.mp4"
    _ = Shell.lines(
      "ffmpeg -nostdin -v error -y -i \(Clip.h264MP4.path) -c copy -movflags +faststart \(path)")
    let bytes = Shell.contents(of: path)
    let file = TemporaryFile(Array(bytes.prefix(bytes.count / 2)), ending: "mp4")
    for mode in PickMode.allCases {
      let (frames, verdict) = try extract(file.path, mode)
      #expect(!frames.isEmpty)
      guard case .partial(let coverage, _) = verdict else {
        Issue.record("\(mode): \(verdict), \(frames.count) frames")
        continue
      }
      #expect(0.3...0.8 ~= coverage)
    }
  }

  @Test func `reading that makes no progress in time is given up`() throws {
    #expect(throws: RecordingError(name: Clip.mpeg2TS.path, reason: .stalled(seconds: 0))) {
      _ = try Container(path: Clip.mpeg2TS.path, patience: .zero)
    }
  }

  @Test(arguments: PickMode.allCases)
  func `a time days ahead isn't filled with repeats`(mode: PickMode) throws {
    let path = ".build/recording-test-clips/leap_\(mode).mkv"
    // Without cues and duration nothing contradicts the leap after picture 700.
    _ = Shell.lines(
      "ffmpeg -nostdin -v error -y -i \(Clip.h264MKV.path) -c copy -live 1 "
        + "-bsf:v 'setts=ts=if(gt(N\\,700)\\,TS+2000000000\\,TS)' \(path)")
    let (frames, verdict) = try extract(path, mode)
    _ = unsafe unlink(path)
    // Ten minutes beside the slot are borne: a slide show may have such pictures.
    #expect(5...130 ~= frames.count)
    guard case .partial = verdict else {
      Issue.record("\(verdict)")
      return
    }
  }

  @Test(arguments: [4000, -1800, 40], PickMode.allCases)
  func `two recordings joined give one time that goes on`(shift: Int, mode: PickMode) throws {
    let path = ".build/recording-test-clips/shifted\(shift)_\(mode).ts"
    _ = Shell.lines(
      "ffmpeg -nostdin -v error -y -i \(Clip.mpeg2TSLate.path) -c copy "
        + "-output_ts_offset \(3600 + 60 + shift) \(path)")
    let joined = Shell.contents(of: Clip.mpeg2TSLate.path) + Shell.contents(of: path)
    _ = unsafe unlink(path)
    let file = TemporaryFile(joined, ending: "ts")
    let (frames, verdict) = try extract(file.path, mode)
    #expect(verdict == .complete)
    #expect(24...25 ~= frames.count)
    #expect(frames.count(where: \.followsJump) == 1)
    for frame in frames {
      let number = Int64(try Clip.number(in: frame.jpeg)) * Clip.pictureDuration
      let shift = frame.time - number
      // At the joint a picture or two are lost with the step.
      let isFirst = frame.time < 60_200_000 && shift == 0
      let isSecond = frame.time > 59_800_000 && abs(shift - 60_000_000) <= 200_000
      #expect(isFirst || isSecond, "slot \(frame.slot) shows \(number) at \(frame.time)")
    }
  }
}
