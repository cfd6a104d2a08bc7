// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@testable import Recording

struct SlotDecisionTests {
  func key(_ time: Int64) -> KeyMap.Key { KeyMap.Key(time: time, position: time / 10, size: 9) }

  /// A map of key pictures in a stretch of which all is known.
  func map(_ times: [Int64], known: ClosedRange<Int64>) -> KeyMap {
    var map = KeyMap(identity: KeyMap.Identity(startTicks: 0, streamIndex: 0, bytes: 1 << 30))
    for time in times { map.note(key(time)) }
    map.cover(from: known.lowerBound, through: known.upperBound)
    return map
  }

  /// Slot 10 s, interval 10 s, key pictures each half second or so.
  func action(_ mode: PickMode, _ map: KeyMap, slot: Int64 = 10_000_000) -> SlotDecision.Action {
    SlotDecision(slot: slot, interval: 10_000_000, mode: mode, reach: 500_000).action(by: map)
  }

  @Test(arguments: PickMode.allCases)
  func `looks shortly before the slot where nothing is known`(mode: PickMode) {
    let lead: Int64 = mode == .exact ? 500_000 : 250_000
    #expect(action(mode, map([], known: 0...1)) == .look(10_000_000 - lead))
  }

  @Test func `a key picture is taken only once no other can lie nearer`() {
    #expect(
      action(.keyframe, map([9_800_000], known: 9_750_000...10_100_000)) == .look(10_100_001))
    #expect(
      action(.keyframe, map([9_800_000], known: 9_750_000...10_200_000)) == .key(key(9_800_000)))
    #expect(
      action(.keyframe, map([10_200_000], known: 9_810_000...10_300_000)) == .look(9_800_000))
    #expect(
      action(.keyframe, map([9_800_000, 10_150_000], known: 9_750_000...10_200_000))
        == .key(key(10_150_000)))
  }

  @Test func `of two key pictures equally near the earlier is taken`() {
    let map = map([9_800_000, 10_200_000], known: 9_700_000...10_300_000)
    #expect(action(.keyframe, map) == .key(key(9_800_000)))
  }

  @Test func `looks further on both sides where no key picture is near`() {
    var map = map([], known: 9_750_000...10_250_000)
    #expect(action(.keyframe, map) == .look(9_500_000))
    map.cover(from: 9_500_000, through: 10_250_000)
    #expect(action(.keyframe, map) == .look(10_250_001))
  }

  @Test func `a far key picture serves where all between is known to hold none`() {
    let map = map([7_000_000], known: 6_900_000...13_000_000)
    #expect(action(.keyframe, map) == .key(key(7_000_000)))
  }

  @Test func `a recording without any key picture is decoded from its beginning`() {
    let map = map([], known: .min ... .max)
    for mode in PickMode.allCases { #expect(action(mode, map) == .exact(from: nil)) }
  }

  @Test func `in auto a key picture serves one slot only, and never beyond half an interval`() {
    // Slot 10 s owns 5 s up to, but not with, 15 s.
    let known: ClosedRange<Int64> = 4_000_000...16_000_000
    #expect(action(.auto, map([5_000_000], known: known)) == .key(key(5_000_000)))
    #expect(action(.auto, map([15_000_000], known: known)) != .key(key(15_000_000)))
    #expect(
      action(.auto, map([15_000_000], known: .min...30_000_000), slot: 20_000_000)
        == .key(key(15_000_000)))
    #expect(
      action(.auto, map([1_000_000, 15_000_000], known: .min...16_000_000))
        == .exact(from: key(1_000_000)))
  }

  @Test func `exact begins with the last key picture at or before the slot`() {
    let times: [Int64] = [9_000_000, 9_600_000, 10_000_000, 10_400_000]
    #expect(
      action(.exact, map(times, known: 8_900_000...11_000_000)) == .exact(from: key(10_000_000)))
    #expect(
      action(.exact, map([9_600_000], known: 9_650_000...9_900_000)) == .look(9_600_000))
    #expect(
      action(.exact, map([9_600_000], known: 9_600_000...9_900_000)) == .look(9_900_001))
    #expect(action(.exact, map([], known: .min...11_000_000)) == .exact(from: nil))
  }

  @Test func `nothing serves a slot after the end`() {
    var map = map([9_000_000], known: .min ... .max)
    map.end = 10_000_000
    for mode in PickMode.allCases { #expect(action(mode, map) == .end) }
    #expect(action(.keyframe, map, slot: 9_999_999) == .key(key(9_000_000)))
  }
}
