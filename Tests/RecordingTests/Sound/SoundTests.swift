// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct SoundTests {
  /// A tone of 7 s, loud on the left from 2 s to 4 s, quiet on the right.
  private static func tone(_ name: String, _ coding: String) -> String {
    MadeClip.path(
      "tone-\(name)",
      "-f lavfi -i 'aevalsrc=0.9*sin(2400*t)*between(t\\,2\\,4)|0.01*sin(2400*t):s=44100:d=7' "
        + coding)
  }

  private func frames(
    _ path: String, widths: [Int] = [320], start: Int = 0, interval: Int = 2
  ) throws -> (frames: [ExtractedFrame], extractor: PreviewExtractor) {
    var settings = PreviewSettings()
    settings.widths = widths
    settings.interval = .seconds(interval)
    settings.start = .seconds(start)
    settings.quality = 95
    let extractor = try PreviewExtractor(path: path, settings: settings)
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }
    return (frames, extractor)
  }

  @Test(arguments: [
    ("mp3.mp3", "-codec:a libmp3lame"), ("vorbis.ogg", "-codec:a libvorbis"),
    ("u8.wav", "-codec:a pcm_u8"), ("s16.wav", "-codec:a pcm_s16le"),
    ("s24.wav", "-codec:a pcm_s24le"), ("f32.wav", "-codec:a pcm_f32le"),
    ("f64.mka", "-codec:a pcm_f64le"), ("flac.flac", "-codec:a flac"),
    ("aac.m4a", "-codec:a aac"), ("opus.mka", "-codec:a libopus"), ("adts.aac", "-codec:a aac"),
    ("ts.ts", "-codec:a mp2"),
  ])
  func `a waveform shows how loud each channel is from slot to slot`(
    name: String, coding: String
  ) throws {
    let path = Self.tone(name, coding)
    let (frames, extractor) = try frames(path)
    #expect(extractor.verdict == .complete)
    #expect(extractor.facts.pictures == .waveform)
    #expect(frames.map(\.slot) == [0, 1, 2, 3])
    #expect(frames.map(\.time) == [0, 2_000_000, 4_000_000, 6_000_000])
    #expect(frames.allSatisfy { !$0.isRepeat })
    let pictures = try frames.map { try JPEGDecoder().decode($0.jpeg) }
    #expect(pictures.allSatisfy { $0.width == 320 && $0.height == 180 })
    // The upper lane is full of the tone in slot 1 only; its outer part is the ground elsewhere.
    for (slot, isLoud) in [(0, false), (1, true), (2, false)] {
      let outer = Likeness.mean(pictures[slot], across: 0.2...0.8, down: 0.1...0.15)
      #expect(isLoud ? outer[2] > 120 : outer[2] < 50, "\(name) \(slot): \(outer)")
      // Quiet, but seen: a hundredth of full scale is a tenth of the lane, above and below.
      let quiet = Likeness.mean(pictures[slot], across: 0.2...0.8, down: 0.73...0.77)
      #expect(quiet[2] > 100, "\(name) \(slot): \(quiet)")
      let below = Likeness.mean(pictures[slot], across: 0.2...0.8, down: 0.88...0.95)
      #expect(below[2] < 45, "\(name) \(slot): \(below)")
    }
    // The last stretch ends in its middle: no line behind.
    #expect(Likeness.mean(pictures[3], across: 0.1...0.4, down: 0.73...0.77)[2] > 100)
    #expect(Likeness.mean(pictures[3], across: 0.6...0.9, down: 0.2...0.8)[2] < 45)
  }

  @Test(arguments: [
    ("mp3.mp3", "-codec:a libmp3lame"), ("vorbis.ogg", "-codec:a libvorbis"),
    ("flac.flac", "-codec:a flac"), ("aac.m4a", "-codec:a aac"), ("opus.mka", "-codec:a libopus"),
  ])
  func `a slot looks the same whatever came before, a width whatever others are made`(
    name: String, coding: String
  ) throws {
    let path = Self.tone(name, coding)
    let whole = try frames(path, widths: [160, 320, 98], interval: 1).frames
    // Opus ends a few milliseconds late.
    #expect(7...8 ~= whole.count)
    let later = try frames(path, interval: 1, start: 4).frames
    #expect(later.map(\.jpeg) == whole[4...].map { $0.jpegs[1] })
  }

  private func frames(
    _ path: String, interval: Int, start: Int
  ) throws -> (frames: [ExtractedFrame], extractor: PreviewExtractor) {
    try frames(path, widths: [320], start: start, interval: interval)
  }

  @Test func `of more than two channels the loudest is drawn`() throws {
    let path = MadeClip.path(
      "surround.wav",
      "-f lavfi -i 'aevalsrc=0|0|0|0|0|0.9*sin(2400*t):s=48000:d=2:c=5.1' -codec:a pcm_s16le")
    let picture = try JPEGDecoder().decode(frames(path).frames[0].jpeg)
    #expect(Likeness.mean(picture, across: 0.2...0.8, down: 0.1...0.2)[2] > 120)
  }

  @Test func `samples further apart than columns leave no gaps`() throws {
    var settings = PreviewSettings()
    settings.interval = .milliseconds(2)
    settings.count = 3
    settings.start = .milliseconds(2500)
    let path = Self.tone("s16.wav", "-codec:a pcm_s16le")
    let extractor = try PreviewExtractor(path: path, settings: settings)
    while let frame = try extractor.next() {
      let picture = try JPEGDecoder().decode(frame.jpeg)
      for column in stride(from: 0.0, to: 0.95, by: 0.05) {
        // The right channel is quiet, not silent, but for where it crosses zero.
        let line = Likeness.mean(picture, across: column...column + 0.05, down: 0.73...0.77)
        #expect(line[2] > 30)
      }
    }
    #expect(extractor.verdict == .complete)
  }

  @Test(arguments: [("png", "png", "mp3"), ("mjpeg", "mjpeg", "m4a"), ("png", "png", "flac")])
  func `a cover serves every slot`(picture: String, codec: String, ending: String) throws {
    let path = MadeClip.path(
      "cover-\(codec).\(ending)",
      "-f lavfi -i sine=d=7 -f lavfi -i color=orange:s=100x80:r=1:d=1 -map 0 -map 1 -frames:v 1 "
        + "-codec:v \(codec) -disposition:v attached_pic")
    let (frames, extractor) = try frames(path, widths: [100, 50])
    #expect(extractor.facts.pictures == .cover)
    #expect(extractor.facts.video.codec == codec)
    #expect(extractor.verdict == .complete)
    #expect(frames.map(\.slot) == [0, 1, 2, 3])
    #expect(frames.map(\.isRepeat) == [false, true, true, true])
    #expect(frames.allSatisfy { $0.jpegs == frames[0].jpegs })
    let shown = try JPEGDecoder().decode(frames[0].jpegs[1])
    #expect((shown.width, shown.height) == (50, 40))
    let mean = Likeness.mean(shown, across: 0...1, down: 0...1)
    for (value, wanted) in zip(mean, [255.0, 165, 0]) {
      #expect(abs(value - wanted) < 6, "\(mean)")
    }
  }

  @Test func `facts of sound say what its pictures are`() throws {
    let facts = try RecordingFacts.read(path: Self.tone("s16.wav", "-codec:a pcm_s16le"))
    #expect(facts.pictures == .waveform)
    #expect(facts.duration == .seconds(7))
    #expect(facts.sound?.codec == "pcm_s16le" && facts.sound?.channels == 2)
    #expect(facts.video.codec == "none")
    #expect(try RecordingFacts.read(path: Clip.mpeg2TS.path).pictures == .moving)
  }

  @Test(arguments: 0..<6)
  func `damaged sound ends with a verdict`(seed: Int) throws {
    var bytes = Shell.contents(of: Self.tone("mp3.mp3", "-codec:a libmp3lame"))
    var state = UInt64(seed) &+ 5
    for _ in 0..<(10 << seed) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 25)
    }
    let file = TemporaryFile(bytes, ending: "mp3")
    do throws(RecordingError) {
      var settings = PreviewSettings()
      settings.interval = .seconds(1)
      let extractor = try PreviewExtractor(path: file.path, settings: settings)
      var count = 0
      while try extractor.next() != nil { count += 1 }
      #expect(count <= 40)
    } catch {
      #expect(!error.description.isEmpty)
    }
  }
}
