// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite struct ProtocolTests {
  static let stub: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]

  /// What the page's vectors mean, but for the file and the faulty ones.
  static var frames: [String: PreviewFrame] {
    var full = PreviewRequest(.preview, title: "shows/news.mpg")
    full.end = .milliseconds(60_500)
    full.count = 6
    full.pace = .rate(2.5)
    var sound = PreviewRequest(.sound, title: "Größe.ogg")
    sound.start = .seconds(30)
    sound.pace = .asap
    let news = PreviewDescription(
      title: "shows/news.mpg", duration: .milliseconds(1_830_040), container: "mpegts",
      videoCodec: "mpeg2video",
      sound: .init(codec: "mp2", rate: 48_000, channels: 2),
      pictures: .init(width: 320, height: 180, interval: .seconds(10), mode: .keyframe, slots: 7))
    let growing = PreviewDescription(
      title: "live.ts", container: "mpegts", videoCodec: "h264",
      pictures: .init(width: 320, height: 180, interval: .seconds(1), mode: .exact, slots: nil))
    let end = PreviewEnd(
      .partial, reason: "no picture could be decoded near 50 s", framesSent: 6, slotsMissed: 1)
    let failure = PreviewFailure(
      .notFound, reason: "no recording is called shows/newz.mpg", advice: "ask for the list")
    let listing = Listing(entries: [
      .init(
        title: "shows/news.mpg", duration: .milliseconds(1_830_040), byteCount: 989_000_000,
        kind: .video),
      .init(title: "song.ogg", byteCount: 141_189, kind: .sound),
    ])
    return [
      "request-preview": PreviewFrame(kind: .request, payload: full.payload),
      "request-list": PreviewFrame(
        kind: .request, sequence: 1, payload: PreviewRequest(.list).payload),
      "request-sound": PreviewFrame(kind: .request, sequence: 2, payload: sound.payload),
      "description": PreviewFrame(kind: .description, payload: news.payload),
      "description-growing": PreviewFrame(kind: .description, payload: growing.payload),
      "picture": PreviewFrame(
        kind: .picture, flags: .keyframe, sequence: 1, time: 10_040_000, payload: stub),
      "picture-after-jump": PreviewFrame(
        kind: .picture, flags: .discontinuity, sequence: .max, time: -500_000, payload: stub),
      "heartbeat": PreviewFrame(kind: .heartbeat, sequence: 3, time: 10_040_000),
      "end": PreviewFrame(kind: .end, sequence: 8, time: 60_000_000, payload: end.payload),
      "error": PreviewFrame(kind: .error, payload: failure.payload),
      "listing": PreviewFrame(kind: .listing, payload: listing.payload),
    ]
  }

  @Test(arguments: frames.keys.sorted()) func `the code writes and reads the vector`(name: String)
    throws
  {
    let page = try ProtocolPage()
    let frame = try #require(Self.frames[name])
    var framer = Framer(nextSequence: frame.sequence)
    #expect(try page.bytes[name] == framer.bytes(of: frame))
    var deframer = Deframer()
    deframer.push(page.bytes[name] ?? [])
    #expect(try deframer.next() == frame)
  }

  @Test func `the lines above a vector are its payload`() throws {
    let page = try ProtocolPage()
    #expect(page.lines.count == 9)
    for (name, lines) in page.lines {
      var deframer = Deframer()
      deframer.push(page.bytes[name] ?? [])
      let text = (lines + ["", ""]).joined(separator: "\r\n")
      #expect(try deframer.next()?.payload == Array(text.utf8), "\(name)")
    }
  }

  @Test func `the shortest request has the defaults`() throws {
    let bytes = try #require(try ProtocolPage().bytes["request-shortest"])
    #expect(
      try PreviewRequest(payload: Array(bytes[32...])) == PreviewRequest(.preview, title: "a.mpg"))
  }

  @Test func `the faulty vectors are taken as the page says`() throws {
    let page = try ProtocolPage()
    var deframer = Deframer()
    deframer.push(try #require(page.bytes["of-version-2"]))
    #expect(throws: FramingError.version(2)) { try deframer.next() }
    deframer = Deframer()
    deframer.push(try #require(page.bytes["of-unknown-kind"]))
    #expect(try deframer.next() == nil && deframer.unknownFrames == 1 && deframer.skippedBytes == 0)
    deframer = Deframer()
    deframer.push(try #require(page.bytes["damaged-payload"]))
    #expect(
      try deframer.next() == nil && deframer.droppedFrames == 1 && deframer.skippedBytes == 36)
  }

  @Test func `the file of the page is the file that is written, and is read by its index`() throws {
    let vector = try #require(try ProtocolPage().bytes["file"])
    var bytes: [UInt8] = []
    let writer = PreviewFileWriter { bytes += $0 }
    let description = PreviewDescription(
      title: "a.mpg", duration: .seconds(12),
      pictures: .init(width: 320, height: 180, interval: .seconds(10), mode: .exact, slots: 2))
    try writer.append(PreviewFrame(kind: .description, payload: description.payload))
    try writer.append(PreviewFrame(kind: .picture, flags: .keyframe, payload: Self.stub))
    try writer.append(
      PreviewFrame(kind: .picture, time: 10_000_000, payload: [0xFF, 0xD8, 0, 0xFF, 0xD9]))
    try writer.append(
      PreviewFrame(kind: .end, payload: PreviewEnd(.complete, framesSent: 2).payload))
    try writer.finish()
    #expect(bytes == vector)
    #expect(try reader(vector).hasIndex && reader(vector).picture(slot: 1)?.time == 10_000_000)
  }

  @Test func `every vector of the page is checked`() throws {
    let others = ["request-shortest", "of-version-2", "of-unknown-kind", "damaged-payload", "file"]
    #expect(try Set(ProtocolPage().bytes.keys) == Set(Self.frames.keys).union(others))
  }
}
