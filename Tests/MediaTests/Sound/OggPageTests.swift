// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite(.enabled(if: Programs.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct OggPageTests {
  static let stream = Result { try vorbis(frames: 30_000, rate: 44_100, channels: 2, serial: 77) }

  @Test func `pages are the stream in pieces`() throws {
    let stream = try Self.stream.get()
    let found = pages(stream)
    #expect(found.flatMap(\.bytes) == stream && found.count > 3)
    #expect(found.allSatisfy { $0.serial == 77 })
    #expect(found.map(\.sequence) == (0..<found.count).map(UInt32.init))
    #expect(found[0].isFirst && !found[1].isFirst && found[found.count - 1].isLast)
    #expect(found[found.count - 1].granule == 30_000)
  }

  @Test func `the same pages are found wherever the stream is cut`() throws {
    let stream = try Self.stream.get()
    let whole = pages(stream)
    for cut in stride(from: 0, through: stream.count, by: 7) {
      let reader = OggPageReader()
      var found: [OggPage] = []
      for piece in [stream[..<cut], stream[cut...]] {
        reader.push(Array(piece))
        while let page = reader.next() { found.append(page) }
      }
      #expect(found == whole && reader.skippedBytes == 0, "cut at \(cut)")
    }
  }

  @Test func `a start in the middle and a damaged page cost no other page`() throws {
    let stream = try Self.stream.get()
    let whole = pages(stream)
    #expect(pages(Array(stream[10...])) == Array(whole[1...]))
    for index in whole.indices {
      var copy = stream
      copy[whole[..<index].reduce(0) { $0 + $1.bytes.count } + 30] ^= 4
      #expect(pages(copy) == whole.enumerated().filter { $0.offset != index }.map(\.element))
    }
  }
}
