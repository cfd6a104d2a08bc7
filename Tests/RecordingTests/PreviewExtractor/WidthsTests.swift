// SPDX-License-Identifier: Apache-2.0
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct WidthsTests {
  func frames(_ clip: Clip, _ mode: PickMode, widths: [Int]) throws -> [ExtractedFrame] {
    var settings = PreviewSettings()
    settings.widths = widths
    settings.mode = mode
    let extractor = try PreviewExtractor(path: clip.path, settings: settings)
    #expect(extractor.pictureSizes.map(\.width) == widths.map { $0 & ~1 })
    #expect(extractor.pictureSize == extractor.pictureSizes[0])
    var frames: [ExtractedFrame] = []
    while let frame = try extractor.next() { frames.append(frame) }
    return frames
  }

  @Test(arguments: [Clip.mpeg2TS, .h264MP4], [PickMode.exact, .auto])
  func `a width gives the same bytes alone and among others`(clip: Clip, mode: PickMode) throws {
    let widths = [160, 96, 320]
    let together = try frames(clip, mode, widths: widths)
    #expect(together.count == 6)
    for (index, width) in widths.enumerated() {
      let alone = try frames(clip, mode, widths: [width])
      #expect(alone.map(\.jpeg) == together.map { $0.jpegs[index] })
      let picture = try JPEGDecoder().decode(together[0].jpegs[index])
      #expect(picture.width == width)
      #expect(picture.height == width * 3 / 4)
    }
    #expect(together.allSatisfy { $0.jpeg == $0.jpegs[0] })
  }

  @Test func `the main width is set alone`() {
    var settings = PreviewSettings()
    #expect(settings.widths == [320])
    settings.widths = [640, 160]
    settings.width = 480
    #expect(settings.widths == [480, 160])
    settings.widths = []
    #expect(settings.fault?.description == "use widths []: must be 1 to 8")
    settings.width = 200
    #expect(settings.widths == [200])
  }

  @Test(arguments: [
    ([320, 321], "use width 321: must be there once: pictures have even widths"),
    ([320, 15], "use width 15: must be 16 to 4096 pixels"),
    (Array(1...9).map { $0 * 100 }, "use widths"),
  ])
  func `widths that can't be served are named`(widths: [Int], complaint: String) {
    var settings = PreviewSettings()
    settings.widths = widths
    #expect(settings.fault?.description.hasPrefix(complaint) == true)
  }
}
