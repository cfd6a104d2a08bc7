// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Recording

struct TimelineTests {
  func times(_ raw: [Int64], mayJump: Bool = true) -> [Timeline.Place] {
    var timeline = Timeline(frameDuration: 40_000, mayJump: mayJump)
    return raw.map { timeline.place($0) }
  }

  @Test(arguments: [4_000_000_000, -90_000_000] as [Int64])
  func `a jump becomes one picture's step`(jump: Int64) {
    let places = times([0, 40_000, 80_000 + jump, 120_000 + jump, 160_000 + jump])
    #expect(places.map(\.decodeTime) == [0, 40_000, 80_000, 120_000, 160_000])
    #expect(places.map(\.followsJump) == [false, false, false, true, false])
  }

  @Test func `one packet with a time far off is no jump`() {
    let places = times([0, 40_000, 59_000_000_000, 120_000, 160_000])
    #expect(places.map(\.decodeTime) == [0, 40_000, 80_000, 120_000, 160_000])
    #expect(places.allSatisfy { !$0.followsJump })
    #expect(places.map(\.isOutlier) == [false, false, true, false, false])
  }

  @Test func `a container that can't jump may have long pictures`() {
    #expect(times([0, 60_000_000], mayJump: false).map(\.decodeTime) == [0, 60_000_000])
  }

  @Test func `nothing is a jump right after a seek`() {
    var timeline = Timeline(frameDuration: 40_000, mayJump: true)
    _ = timeline.place(0)
    timeline.forgetPosition()
    #expect(!timeline.place(500_000_000).followsJump)
    #expect(timeline.place(500_040_000).decodeTime == 500_040_000)
  }

  // Durations seen in files: two joined TS, a fragmented MP4, and honest ones.
  @Test(
    arguments: [
      (3_760_000, nil, 72_054_117_989, false), (3_000_000, 40_000_000, 143_165_000_000, false),
      (989_000_000, nil, 1_830_000_000, true), (500_000, 3_600_000_000, 3_600_000_000, true),
      (65_048, nil, 16_678, true), (1_000, nil, 0, false),
    ] as [(Int64, Int64?, Int64, Bool)])
  func `a duration is believed only where the bytes can hold it`(
    bytes: Int64, listedEnd: Int64?, duration: Int64, isTrue: Bool
  ) {
    #expect(DurationCheck(bytes: bytes, listedEnd: listedEnd).accepts(duration) == isTrue)
  }
}
