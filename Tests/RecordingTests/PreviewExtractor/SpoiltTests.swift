// SPDX-License-Identifier: Apache-2.0
import Recording
import Testing

/// Spoilt recordings that once led astray, as spoiling at random found them.
@Suite(.enabled(if: Shelf.directory != nil, "set PREVIEW_MEDIA_DIR to the recordings"))
struct SpoiltTests {
  func bytes(of name: String) -> [UInt8] { Shell.contents(of: "\(Shelf.directory ?? "")/\(name)") }

  @Test(.timeLimit(.minutes(1)), arguments: PickMode.allCases)
  func `a search that always lands at the same place comes to an end`(mode: PickMode) throws {
    // Bytes in packets' headers: what lies behind them can't be searched.
    let changes: [(Int, UInt8)] = [
      (570207, 40), (588068, 166), (782836, 145), (928910, 118), (1041897, 219), (1078749, 237),
      (1336685, 114), (1352669, 206), (1354355, 65), (1523743, 10), (1544236, 85),
    ]
    var bytes = bytes(of: "h264_1080p_10s.ts")
    for (place, byte) in changes { bytes[place] = byte }
    let file = TemporaryFile(bytes, ending: "ts")
    var settings = PreviewSettings()
    settings.mode = mode
    settings.interval = .seconds(86400)
    settings.count = 3
    settings.skipBlack = true
    let frames = try Extraction(file.path, settings).frames
    #expect(frames.map(\.slot) == [0])
  }

  @Test(arguments: PickMode.allCases)
  func `a time that was displaced with its bytes doesn't turn the order of pictures`(
    mode: PickMode
  ) throws {
    var bytes = bytes(of: "made_corrupt_mpeg1.mpg")
    // A sector with a time of 5.2 s lies at 2.5 s now.
    for index in 0..<2048 { bytes.swapAt(104 * 2048 + index, 196 * 2048 + index) }
    let file = TemporaryFile(bytes, ending: "mpg")
    let extraction = try Extraction(file.path, mode, .seconds(1))
    let times = extraction.frames.map(\.time)
    #expect(times == times.sorted())
    // The displaced time makes more known than is: a key picture a little further off may serve.
    let limit: Int64 = mode == .keyframe ? 1_100_000 : 500_000
    for frame in extraction.frames {
      #expect(abs(frame.time - frame.askedTime) <= limit, "slot \(frame.slot)")
    }
    #expect(times.count == extraction.extractor.slotCount)
  }
}
