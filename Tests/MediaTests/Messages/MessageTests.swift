// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

/// A header block of these lines.
func block(_ lines: String...) -> [UInt8] {
  Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
}

@Suite struct MessageTests {
  @Test func `a request has its defaults`() throws {
    let request = try PreviewRequest(payload: block("Operation: preview", "Title: a/b.mpg"))
    #expect(request == PreviewRequest(.preview, title: "a/b.mpg"))
    #expect(request.interval == .seconds(10) && request.width == 320 && request.quality == 75)
    #expect(request.mode == .auto && request.pace == .realtime && request.count == nil)
  }

  @Test func `a request comes back as it was`() throws {
    var request = PreviewRequest(.preview, title: " Größe/\u{1F600} .mpg")
    request.interval = .milliseconds(40)
    request.width = 4096
    request.quality = 1
    request.start = .microseconds(1_500_001)
    request.end = .seconds(99)
    request.count = .max
    request.mode = .exact
    request.pace = .rate(0.1)
    #expect(try PreviewRequest(payload: request.payload) == request)
    for request in [
      PreviewRequest(.list), PreviewRequest(.list, title: "shows"),
      PreviewRequest(.sound, title: "a"),
    ] {
      #expect(try PreviewRequest(payload: request.payload) == request)
    }
  }

  @Test func `names, words and spaces are read in any form, unknown fields passed over`() throws {
    let payload = block(
      "operation:preview", "TITLE: a", "mode:  EXACT ", "New: thing", "Pace: 2.5", "Width: 16")
    let request = try PreviewRequest(payload: payload)
    #expect(request.mode == .exact && request.pace == .rate(2.5) && request.width == 16)
  }

  @Test(arguments: [
    ("Width: 15", "Width is '15': must be 16 to 4096, a whole number"),
    ("Width: 4097", "Width is '4097': must be 16 to 4096, a whole number"),
    ("Width: -1", "Width is '-1': must be 16 to 4096, a whole number"),
    (
      "Width: 99999999999999999999",
      "Width is '99999999999999999999': must be 16 to 4096, a whole number"
    ),
    ("Quality: 101", "Quality is '101': must be 1 to 100, a whole number"),
    ("Quality: 0", "Quality is '0': must be 1 to 100, a whole number"),
    ("Interval: 0.039", "Interval is '0.039': must be 0.04 to 86400 seconds"),
    ("Interval: 86400.1", "Interval is '86400.1': must be 0.04 to 86400 seconds"),
    ("Interval: 1e3", "Interval is '1e3': must be seconds such as 10 or 0.5, at most 6 decimals"),
    ("Interval: nan", "Interval is 'nan': must be seconds such as 10 or 0.5, at most 6 decimals"),
    ("Start: -1", "Start is '-1': must be seconds such as 10 or 0.5, at most 6 decimals"),
    ("End: 0", "End is '0': must be more than Start, which is 0, and at most 315360000 seconds"),
    ("Count: 0", "Count is '0': must be 1 or more, a whole number"),
    ("Mode: fast", "Mode is 'fast': must be one of keyframe, exact, auto"),
    ("Pace: 0.05", "Pace is '0.05': must be realtime, asap or a factor from 0.1 to 1000"),
    ("Pace: inf", "Pace is 'inf': must be realtime, asap or a factor from 0.1 to 1000"),
    ("Pace: 0x10", "Pace is '0x10': must be realtime, asap or a factor from 0.1 to 1000"),
    ("Width: 320\r\nwidth: 330", "Width is '320, 330': must be one field"),
  ])
  func `a value that isn't allowed names field, value and range`(line: String, words: String) {
    let payload = block("Operation: preview", "Title: a", line)
    #expect { try PreviewRequest(payload: payload) } throws: { "\($0)" == words }
  }

  @Test func `a request lacking title or operation says so`() {
    #expect { try PreviewRequest(payload: block("Operation: sound")) } throws: {
      ($0 as? MessageError)?.field == "Title" && ($0 as? MessageError)?.value == nil
    }
    #expect { try PreviewRequest(payload: block("Title: a")) } throws: {
      "\($0)" == "Operation is missing: must be one of preview, list, sound"
    }
    #expect(throws: MessageError.self) {
      try PreviewRequest(payload: Array("GET / HTTP/1.1\n".utf8))
    }
  }

  @Test(arguments: [
    "", "/a", "a/", "a//b", "..", "a/../b", "../a", ".", "a/.", "a\0b", "a\nb", "a\u{7F}",
    String(repeating: "x", count: 4097),
  ])
  func `a title that leads elsewhere is refused`(title: String) {
    #expect(!Title.isValid(title))
    #expect(throws: MessageError.self) { try PreviewRequest(.preview, title: title).validate() }
  }

  @Test(arguments: [
    "a", "a/b/c.mpg", "...", "..a", "a b", " a ", "\u{E4}", String(repeating: "x", count: 4096),
  ])
  func `any other title is taken`(title: String) throws {
    #expect(Title.isValid(title))
    #expect(
      try PreviewRequest(payload: PreviewRequest(.preview, title: title).payload).title == title)
  }

  @Test(arguments: [
    ("0", 0), ("10", 10_000_000), ("0.04", 40_000), ("1.000001", 1_000_001), ("0.5", 500_000),
    ("86399.999999", 86_399_999_999),
  ])
  func `decimal seconds are exact both ways`(text: String, microseconds: Int64) {
    #expect(Duration(decimalSeconds: text) == .microseconds(microseconds))
    #expect(Duration.microseconds(microseconds).decimalSeconds == text)
  }

  @Test(arguments: [
    "", ".5", "5.", "1.2.3", "+1", "-1", "1.0000001", "1e3", "0x1", " 1", "1234567890123",
  ])
  func `anything else isn't seconds`(text: String) {
    #expect(Duration(decimalSeconds: text) == nil)
  }

  @Test func `a description comes back as it was`() throws {
    var description = PreviewDescription(
      title: "a.ogg", sound: .init(codec: "vorbis", rate: 44_100, channels: 2))
    #expect(try PreviewDescription(payload: description.payload) == description)
    description.duration = .milliseconds(30_040)
    description.container = "mpegts"
    description.videoCodec = "mpeg2video"
    description.sound = nil
    description.pictures = .init(
      width: 320, height: 180, interval: .seconds(10), mode: .keyframe, firstSlot: 6, slots: nil)
    #expect(try PreviewDescription(payload: description.payload) == description)
    description.isGrowing = true
    #expect(try PreviewDescription(payload: description.payload) == description)
    description.pictures?.slots = 184
    #expect(try PreviewDescription(payload: description.payload) == description)
  }

  @Test(arguments: PreviewDescription.PictureKind.allCases)
  func `a description says what its pictures are`(kind: PreviewDescription.PictureKind) throws {
    let description = PreviewDescription(
      title: "a.mp3",
      pictures: .init(
        width: 320, height: 180, interval: .seconds(10), mode: .auto, slots: 7, kind: kind))
    #expect(try PreviewDescription(payload: description.payload) == description)
    let text = String(decoding: description.payload, as: UTF8.self)
    #expect(text.contains("Pictures: \(kind.rawValue)") == (kind != .moving))
  }

  @Test func `pictures of a kind to come are taken for pictures`() throws {
    let payload = Array("Title: a\r\nWidth: 320\r\nHeight: 180\r\nPictures: spectrum\r\n\r\n".utf8)
    #expect(try PreviewDescription(payload: payload).pictures?.kind == .moving)
  }

  @Test(arguments: PreviewEnd.Status.allCases) func `an end comes back as it was`(
    status: PreviewEnd.Status
  ) throws {
    let end = PreviewEnd(status, reason: "disk full", framesSent: 12, slotsMissed: 3)
    #expect(try PreviewEnd(payload: end.payload) == end)
  }

  @Test func `a failure comes back as it was, also with a code of later times`() throws {
    for code in [PreviewFailure.Code.notFound, .init(rawValue: "on-strike")] {
      let failure = PreviewFailure(code, reason: "no such recording", advice: "ask for a list")
      #expect(try PreviewFailure(payload: failure.payload) == failure)
    }
    #expect("\(PreviewFailure(.busy, reason: "full", advice: "wait"))" == "full (busy): wait")
  }

  @Test func `a listing comes back as it was, in one payload or many`() throws {
    let listing = Listing(
      entries: (0..<500).map {
        .init(
          title: "show \($0).mpg", duration: $0 % 2 == 0 ? nil : .seconds($0), byteCount: $0 << 30,
          kind: $0 % 3 == 0 ? .sound : .video)
      })
    #expect(try Listing(payload: listing.payload) == listing)
    let payloads = listing.payloads(byteLimit: 1000)
    #expect(payloads.count > 30 && payloads.allSatisfy { $0.count <= 1000 })
    #expect(try payloads.flatMap { try Listing(payload: $0).entries } == listing.entries)
    #expect(try Listing(payload: []).entries.isEmpty && Listing(entries: []).payloads() == [[]])
  }

  @Test func `no mutation of a message crashes its reader`() {
    var request = PreviewRequest(.preview, title: "a/b")
    request.end = .seconds(5)
    let listing = Listing(entries: [
      .init(title: "a", byteCount: 1, kind: .video), .init(title: "b", byteCount: 2, kind: .sound),
    ])
    for mutant in mutants(of: request.payload, count: 2000, seed: 21) {
      _ = try? PreviewRequest(payload: mutant)
    }
    for mutant in mutants(of: listing.payload, count: 2000, seed: 22) {
      _ = try? Listing(payload: mutant)
    }
  }
}
