// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@Suite struct PlaybackTests {
  static let block = SoundBlock(
    rate: 44_100, channels: 2, samples: (0..<8820).map { Int16($0 % 1000) })

  @Test func `the null driver takes everything`() throws {
    let playback = try Playback(driver: "null")
    for _ in 0..<10 { try playback.play(Self.block) }
    try playback.play(SoundBlock(rate: 8000, channels: 1, samples: [1, 2, 3]))
    try playback.close()
  }

  @Test func `the wav driver writes what was played`() throws {
    try Programs.withFolder { folder in
      let playback = try Playback(driver: "wav", file: folder + "/a.wav")
      try playback.play(Self.block)
      try playback.close()
      let wav = try Programs.read(folder + "/a.wav")
      let data = try #require(wav.indices.first { wav[$0...].starts(with: Array("data".utf8)) })
      #expect(littleEndianSamples(wav[(data + 8)...]) == Self.block.samples)
    }
  }

  @Test func `a change of format begins a new file`() throws {
    try Programs.withFolder { folder in
      let playback = try Playback(driver: "raw", file: folder + "/a.b/../x.raw")
      #expect(throws: MediaError.self) { try playback.play(Self.block) }
      let second = try Playback(driver: "raw", file: folder + "/x.raw")
      try second.play(Self.block)
      try second.play(SoundBlock(rate: 8000, channels: 1, samples: [5]))
      try second.play(SoundBlock(rate: 8000, channels: 1, samples: [6]))
      #expect(second.file == folder + "/x-2.raw")
      try second.close()
      #expect(littleEndianSamples(try Programs.read(folder + "/x.raw")[...]) == Self.block.samples)
      #expect(littleEndianSamples(try Programs.read(folder + "/x-2.raw")[...]) == [5, 6])
    }
  }

  // From Vorbis I, 4.3.9, to the order of the speakers' bits in WAVE_FORMAT_EXTENSIBLE. (oggdec
  // 1.4.2 writes 5 and 6 channels in orders of its own, and no speakers' bits.)
  @Test(arguments: [
    [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 2, 1, 5, 3, 4],
    [0, 2, 1, 6, 5, 3, 4], [0, 2, 1, 7, 5, 6, 3, 4],
  ])
  func `each channel of a wav file is at its speaker's place`(places: [Int]) throws {
    try Programs.withFolder { folder in
      let playback = try Playback(driver: "wav", file: folder + "/a.wav")
      let samples = places.indices.map { Int16($0) }
      try playback.play(SoundBlock(rate: 48_000, channels: places.count, samples: samples))
      try playback.close()
      let data = try Programs.read(folder + "/a.wav").suffix(2 * places.count)
      #expect(littleEndianSamples(data) == places.map { Int16($0) })
    }
  }

  @Test(arguments: [("nonsense", nil), ("wav", nil), ("null", "/tmp/a")] as [(String, String?)])
  func `a driver that doesn't fit is refused`(driver: String, file: String?) {
    #expect(throws: MediaError.self) { try Playback(driver: driver, file: file) }
  }

  @Test func `a file that can't be written is named`() throws {
    let playback = try Playback(driver: "wav", file: "/nowhere/a.wav")
    #expect { try playback.play(Self.block) } throws: {
      "\($0)" == "play through wav into /nowhere/a.wav: /nowhere/a.wav can't be written"
    }
  }
}
