// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite(.enabled(if: Programs.haveVorbisTools, "oggenc and oggdec (vorbis-tools) are not installed"))
struct OggPacerTests {
  @Test func `each page is due when its first sample is to be heard`() throws {
    let stream = try vorbis(frames: 100_000, rate: 44_100, channels: 1)
    let pacer = OggPacer()
    let decoder = OggVorbisDecoder()
    var decoded = 0
    for page in pages(stream) {
      let due = pacer.due(page)
      #expect(due == exact(decoded, 44_100))
      decoder.push(page.bytes)
      while let block = try decoder.next() { decoded += block.samples.count }
    }
    #expect(decoded == 100_000 && pacer.elapsed == exact(100_000, 44_100))
  }

  @Test func `a chain goes on without gap or drift, whatever the rates`() throws {
    let links = try (0..<20).map {
      try vorbis(frames: 4410 + $0, rate: $0 % 2 == 0 ? 44_100 : 8000, channels: 1, serial: $0)
    }
    let pacer = OggPacer()
    for page in pages(links.flatMap { $0 }) { _ = pacer.due(page) }
    let wanted = (0..<20).reduce(Duration.zero) {
      $0 + exact(4410 + $1, $1 % 2 == 0 ? 44_100 : 8000)
    }
    #expect(pacer.elapsed == wanted)
  }

  @Test func `a stream cut out of a longer one begins at 0`() throws {
    let all = pages(try vorbis(frames: 300_000, rate: 44_100, channels: 1))
    let headers = all.prefix { ($0.granule ?? 0) == 0 }
    let start = try #require(
      all.indices.dropFirst(headers.count + 4).first { !all[$0].isContinued })
    let joined = Array(headers + all[start...])
    let pacer = OggPacer()
    let dues = joined.map { pacer.due($0) }
    let samples = try decode(joined.flatMap(\.bytes)).reduce(0) { $0 + $1.samples.count }
    #expect(dues[headers.count] == .zero && dues == dues.sorted())
    #expect(pacer.elapsed == exact(samples, 44_100))
  }

  @Test func `a jump is not waited for`() throws {
    let all = pages(try vorbis(frames: 520_000, rate: 8000, channels: 1))
    let headers = all.prefix { ($0.granule ?? 0) == 0 }.count
    let pacer = OggPacer()
    for page in all[...(headers + 1)] { _ = pacer.due(page) }
    let before = pacer.elapsed
    _ = pacer.due(all[all.count - 1])
    #expect(pacer.elapsed == before)
  }

  private func exact(_ samples: Int, _ rate: Int) -> Duration {
    Duration(attoseconds: Int128(samples) * 1_000_000_000_000_000_000 / Int128(rate))
  }
}
