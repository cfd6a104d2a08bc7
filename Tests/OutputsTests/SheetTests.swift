// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs
import Testing

/// Sheets as other programs see them.
@Suite(.enabled(if: Programs.ffmpeg != nil && Programs.python != nil, "needs ffmpeg and python3"))
struct SheetTests {
  let folder = try? TestFolder()
  private var path: String { folder?.path ?? "/nowhere" }
  private let grid = SheetGrid(columns: 4, rows: 3)

  private func sheets() -> [any SheetWriter] {
    [
      TileWriter(path + "/news.trickplay"), SpriteWriter(path + "/news.sprites"),
      PlaylistWriter(path + "/news.hls"),
    ]
  }

  /// The slots that the cells of a sheet of 32 x 18 pictures show; `nil` for black.
  private func slots(on sheet: String, of all: Range<Int>) throws -> [Int?] {
    let luma = try Programs.luma(of: sheet)
    #expect(luma.count == 4 * 32 * 3 * 18)
    return (0..<12).map { place in
      let found = luma[(place / 4 * 18 + 8) * 128 + place % 4 * 32 + 16]
      // Twelve neighbours have twelve levels.
      return all.first { abs(Int(Material.level($0)) - Int(found)) <= 3 }
    }
  }

  @Test func `tiles lie where Jellyfin looks for them`() throws {
    // 225 s: 23 slots, on a sheet of 12 and one of 11.
    try SheetOutput(grid: grid, writers: sheets())
      .make(0..<23, of: Material.recording(duration: .seconds(225)))
    let tiles = path + "/news.trickplay/32 - 4x3"
    #expect(try slots(on: tiles + "/0.jpg", of: 0..<12) == Array(0..<12))
    #expect(try slots(on: tiles + "/1.jpg", of: 12..<23) == Array(12..<23) + [nil])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: tiles).sorted() == ["0.jpg", "1.jpg"])
  }

  @Test func `a slot without a picture shows the one before it, the first ones the first`() throws {
    try SheetOutput(grid: grid, writers: sheets())
      .make([2, 3, 6], of: Material.recording(duration: .seconds(100)))
    #expect(
      try slots(on: path + "/news.trickplay/32 - 4x3/0.jpg", of: 0..<10)
        == [2, 2, 2, 3, 3, 3, 6, 6, 6, 6, nil, nil])
  }

  @Test func `the length known in the end counts, not that of the beginning`() throws {
    try SheetOutput(grid: grid, writers: sheets()).make(
      0..<13, of: Material.recording(duration: .seconds(3600)),
      end: OutputEnd(.complete, served: 13, duration: .seconds(141)))
    let cues = try Programs.check("vtt", path + "/news.sprites/thumbnails.vtt")
    #expect(cues.count == 15)
    #expect(cues.last == "140000 141000 sheet-001.jpg 64 0 32 18")
  }

  @Test func `a recording of unknown length ends with its last picture`() throws {
    try SheetOutput(grid: grid, writers: sheets())
      .make(0..<3, of: Material.recording(duration: nil))
    let cues = try Programs.check("vtt", path + "/news.sprites/thumbnails.vtt")
    #expect(cues.last == "20000 30000 sheet-000.jpg 64 0 32 18")
  }

  @Test func `cues are contiguous and point into the sheets`() throws {
    let recording = Material.recording(duration: .milliseconds(8500), interval: .milliseconds(40))
    try SheetOutput(grid: grid, writers: sheets()).make(0..<213, of: recording)
    let cues = try Programs.check("vtt", path + "/news.sprites/thumbnails.vtt")
    #expect(cues.count == 213)
    #expect(cues[0] == "0 40 sheet-000.jpg 0 0 32 18")
    #expect(cues[18] == "720 760 sheet-001.jpg 64 18 32 18")
    #expect(cues[212] == "8480 8500 sheet-017.jpg 0 36 32 18")
  }

  @Test func `the three kinds hold the same sheets`() throws {
    try SheetOutput(grid: grid, writers: sheets())
      .make(0..<20, of: Material.recording(duration: .seconds(200)))
    for number in 0..<2 {
      let tile = try folder?.read("news.trickplay/32 - 4x3/\(number).jpg")
      #expect(try folder?.read("news.sprites/sheet-00\(number).jpg") == tile)
      #expect(try folder?.read("news.hls/sheet-00\(number).jpg") == tile)
    }
  }

  @Test func `what can't be decoded shows its predecessor, from the sheet before too`() throws {
    let output = SheetOutput(grid: grid, writers: sheets())
    try output.begin(Material.recording(duration: .seconds(150)))
    for slot in 0..<15 {
      var picture = try Material.picture(slot)
      if [0, 5, 12].contains(slot) { picture.jpeg = Array("no picture".utf8) }
      try output.add(picture)
    }
    try output.finish(OutputEnd(.complete, served: 15))
    let tiles = path + "/news.trickplay/32 - 4x3"
    #expect(
      try slots(on: tiles + "/0.jpg", of: 0..<12) == [1, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11])
    #expect(try slots(on: tiles + "/1.jpg", of: 11..<15).prefix(3) == [11, 13, 14])
  }

  @Test(arguments: [(32, 40), (64, 18), (16, 9), (33, 19)])
  func `a picture of another size is made to fit, its shape kept`(width: Int, height: Int) throws {
    let output = SheetOutput(
      grid: SheetGrid(columns: 2, rows: 1), writers: [TileWriter(path + "/news.trickplay")])
    try output.begin(Material.recording(duration: .seconds(20)))
    try output.add(try Material.picture(0))
    var other = try Material.picture(5, width: width, height: height)
    other.slot = 1
    try output.add(other)
    try output.finish(OutputEnd(.complete, served: 2))
    let luma = try Programs.luma(of: path + "/news.trickplay/32 - 2x1/0.jpg")
    let level = Int(Material.level(5))
    // The middle of the right cell shows the picture; the left cell is untouched.
    #expect(abs(Int(luma[8 * 64 + 48]) - level) <= 6)
    #expect(abs(Int(luma[8 * 64 + 16]) - Int(Material.level(0))) <= 3)
    let isTall = width * 18 < height * 32 - 64
    let isWide = width * 18 > height * 32 + 64
    #expect((luma[8 * 64 + 33] < 40) == isTall)
    #expect((luma[1 * 64 + 48] < 40) == isWide)
  }

  @Test func `a sheet over a JPEG's limits is refused with what fits`() throws {
    let output = SheetOutput(
      grid: SheetGrid(columns: 100, rows: 10), writers: [TileWriter(path + "/news.trickplay")])
    #expect {
      try output.begin(Material.recording(duration: nil, width: 1280, height: 720))
    } throws: { error in
      "\(error)".contains("100x10 pictures of 1280x720 would be 128000x7200")
        && "\(error)".contains("or less, or a smaller width")
    }
    output.abandon()
    #expect(try folder?.names() == [])
  }
}

/// Playlists and cues as read by other people's libraries.
@Suite(.enabled(if: Programs.others != nil, "needs webvtt-py and m3u8"))
struct OtherReaderTests {
  @Test func `m3u8 reads the image playlists`() throws {
    let folder = try TestFolder()
    try SheetOutput(
      grid: SheetGrid(columns: 4, rows: 3), writers: [PlaylistWriter(folder.path + "/news.hls")]
    ).make(0..<23, of: Material.recording(duration: .milliseconds(225_500)))
    let hls = folder.path + "/news.hls/"
    #expect(
      try Programs.check("others", "master", hls + "master.m3u8", by: Programs.others)
        == ["images.m3u8 32x18 jpeg True"])
    #expect(
      try Programs.check("others", "images", hls + "images.m3u8", by: Programs.others) == [
        "True True vod", "sheet-000.jpg 120.0 32x18 4x3 10.0",
        "sheet-001.jpg 105.5 32x18 4x3 10.0",
      ])
  }

  @Test func `a playlist that grows has no end before its end`() throws {
    let folder = try TestFolder()
    let output = SheetOutput(
      grid: SheetGrid(columns: 4, rows: 3),
      writers: [PlaylistWriter(folder.path + "/news.hls", appearsAsItGrows: true)])
    let images = folder.path + "/news.hls/images.m3u8"
    try output.begin(Material.recording(duration: nil))
    for slot in 0..<11 { try output.add(try Material.picture(slot)) }
    #expect(output.published.isEmpty && !FileManager.default.fileExists(atPath: images))
    try output.add(try Material.picture(11))
    #expect(output.published == [folder.path + "/news.hls"])
    let first = "sheet-000.jpg 120.0 32x18 4x3 10.0"
    #expect(
      try Programs.check("others", "images", images, by: Programs.others)
        == ["True False event", first])
    for slot in 12..<24 { try output.add(try Material.picture(slot)) }
    #expect(
      try Programs.check("others", "images", images, by: Programs.others).count == 3)
    try output.add(try Material.picture(24))
    try output.finish(OutputEnd(.complete, served: 25, duration: .seconds(247)))
    #expect(
      try Programs.check("others", "images", images, by: Programs.others) == [
        "True True event", first, "sheet-001.jpg 120.0 32x18 4x3 10.0",
        "sheet-002.jpg 7.0 32x18 4x3 10.0",
      ])
    #expect(try folder.names().filter { $0.contains(".part") } == [])
  }

  @Test func `webvtt-py reads the cues`() throws {
    let folder = try TestFolder()
    try SheetOutput(
      grid: SheetGrid(columns: 4, rows: 3), writers: [SpriteWriter(folder.path + "/news.sprites")]
    ).make(0..<2, of: Material.recording(duration: .seconds(13)))
    let cues = folder.path + "/news.sprites/thumbnails.vtt"
    #expect(
      try Programs.check("others", "vtt", cues, by: Programs.others) == [
        "00:00:00.000 00:00:10.000 sheet-000.jpg#xywh=0,0,32,18",
        "00:00:10.000 00:00:13.000 sheet-000.jpg#xywh=32,0,32,18",
      ])
  }
}
