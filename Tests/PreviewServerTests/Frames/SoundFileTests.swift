// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Internet
import Media
import Testing

@testable import PreviewServer

@Suite(.enabled(if: SystemProgram.oggenc != nil, "oggenc (vorbis-tools) isn't installed"))
struct SoundFileTests {
  private struct Answer {
    var description: PreviewDescription?
    var pages: [SoundFile.Page] = []
    var bytes: [UInt8] { pages.flatMap(\.bytes) }
  }

  /// All pages for a request, as they come from a file with these bytes.
  private func answer(
    _ bytes: [UInt8], start: Duration = .zero, end: Duration? = nil
  ) throws -> Answer {
    let folder = try TestFolder()
    let path = try folder.write("a.ogg", bytes)
    var request = PreviewRequest(.sound, title: "a.ogg")
    request.start = start
    request.end = end
    var file = SoundFile(Descriptor(unsafe open(path, O_RDONLY)), request: request)
    var answer = Answer(description: try file.describe(title: "a.ogg"))
    while let page = try file.next() { answer.pages.append(page) }
    return answer
  }

  private func pages(_ bytes: [UInt8]) -> [OggPage] {
    let reader = OggPageReader()
    reader.push(bytes)
    var pages: [OggPage] = []
    while let page = reader.next() { pages.append(page) }
    return pages
  }

  @Test func `a whole file comes as it is, each page at its time`() throws {
    let bytes = try oggVorbis(seconds: 12)
    let answer = try answer(bytes)
    #expect(answer.bytes == bytes)
    #expect(answer.description?.duration == .seconds(12))
    #expect(answer.description?.sound == .init(codec: "vorbis", rate: 8000, channels: 1))
    let granules = pages(bytes).map { $0.granule ?? 0 }
    let now = Instant(nanoseconds: 0)
    for (index, page) in answer.pages.enumerated() {
      guard granules[index] > 0 else {
        #expect(page.due(pace: .realtime, from: now) == nil)
        continue
      }
      #expect(page.time == granules[index - 1] * 125)
      #expect(page.due(pace: .realtime, from: now) == now + .microseconds(page.time))
      #expect(page.due(pace: .rate(2), from: now) == now + .microseconds(page.time) / 2)
      #expect(page.due(pace: .asap, from: now) == nil)
    }
  }

  @Test func `a start leaves out pages that end before it, but no header`() throws {
    let bytes = try oggVorbis(seconds: 12)
    let all = pages(bytes)
    let answer = try answer(bytes, start: .seconds(6))
    let headers = all.prefix { ($0.granule ?? 0) <= 0 }
    #expect(answer.pages.prefix(headers.count).map(\.bytes) == headers.map(\.bytes))
    let first = try #require(all.firstIndex { ($0.granule ?? 0) > 48_000 && !$0.isContinued })
    #expect(answer.pages.dropFirst(headers.count).map(\.bytes) == all[first...].map(\.bytes))
  }

  @Test func `an end leaves out pages that begin at or after it`() throws {
    let answer = try answer(try oggVorbis(seconds: 12), end: .seconds(6))
    #expect(answer.pages.allSatisfy { $0.time < 6_000_000 })
    #expect(answer.pages.count > 2)
  }

  @Test func `the links of a chain follow each other, each with its headers`() throws {
    let links = try [oggVorbis(seconds: 3), oggVorbis(seconds: 4, rate: 16_000, serial: 2)]
    let answer = try answer(links[0] + links[1])
    #expect(answer.bytes == links[0] + links[1])
    #expect(answer.description?.duration == nil)
    let second = answer.pages.dropFirst(pages(links[0]).count)
    #expect(second.first?.time == 3_000_000)
    let late = try self.answer(links[0] + links[1], start: .seconds(5))
    #expect(late.pages.contains { $0.bytes == second.first?.bytes })
    #expect(pages(late.bytes).filter(\.isFirst).count == 2)
  }

  @Test(arguments: [Int64.max, 1 << 62, -2, .min])
  func `a length that a file only claims is no length`(granule: Int64) throws {
    var bytes = try oggVorbis(seconds: 1)
    let last = try #require(pages(bytes).last)
    let place = bytes.count - last.bytes.count
    for index in 0..<8 {
      bytes[place + 6 + index] = UInt8(truncatingIfNeeded: granule >> (8 * index))
    }
    setCheck(of: &bytes, at: place)
    #expect(pages(bytes).last?.granule == granule)
    #expect(try answer(bytes).description?.duration == nil)
  }

  /// The page's own CRC (RFC 3533: polynomial 04C11DB7, not reflected, begins with 0).
  private func setCheck(of bytes: inout [UInt8], at place: Int) {
    for index in 22..<26 { bytes[place + index] = 0 }
    var check: UInt32 = 0
    for byte in bytes[place...] {
      check ^= UInt32(byte) << 24
      for _ in 0..<8 { check = check & 0x8000_0000 != 0 ? check << 1 ^ 0x04C1_1DB7 : check << 1 }
    }
    for index in 0..<4 {
      bytes[place + 22 + index] = UInt8(truncatingIfNeeded: check >> (8 * index))
    }
  }

  @Test(arguments: [[], Array("no sound at all".utf8), [UInt8](repeating: 0x4F, count: 200_000)])
  func `other files are no sound`(bytes: [UInt8]) throws {
    let answer = try answer(bytes)
    #expect(answer.description == nil && answer.pages.isEmpty)
  }
}
