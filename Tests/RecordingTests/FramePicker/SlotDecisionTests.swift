// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Recording

struct SlotDecisionTests {
  /// A view in the middle of a recording: slot 10 s, interval 10 s, key pictures each 0.5 s.
  func view(_ mode: PickMode, keys: [Int64], reached: Int64 = 0) -> SlotDecision.View {
    SlotDecision.View(
      slot: 10_000_000, interval: 10_000_000, mode: mode, keys: keys, used: nil,
      shortestGap: 500_000, reached: reached, end: nil, isFull: false)
  }

  @Test func `reads on while no key picture is known`() {
    #expect(SlotDecision.decide(view(.keyframe, keys: [])) == .readOn)
  }

  @Test func `takes a key picture within half the shortest gap without reading further`() {
    let view = view(.keyframe, keys: [9_750_000])
    #expect(SlotDecision.decide(view) == .key(9_750_000))
  }

  @Test func `reads past the slot where the next key picture may lie nearer`() {
    var view = view(.keyframe, keys: [9_700_000])
    #expect(SlotDecision.decide(view) == .readOn)
    view.keys.append(10_200_000)
    #expect(SlotDecision.decide(view) == .key(10_200_000))
    view.keys = [9_700_000, 10_400_000]
    #expect(SlotDecision.decide(view) == .key(9_700_000))
  }

  @Test func `shows the last picture again where it is still the nearest`() {
    var view = view(.keyframe, keys: [19_000_000])
    view.used = 8_000_000
    #expect(SlotDecision.decide(view) == .again)
  }

  @Test func `at the end takes what there is, and ends after the last picture`() {
    var view = view(.keyframe, keys: [7_000_000])
    view.end = 10_040_000
    #expect(SlotDecision.decide(view) == .key(7_000_000))
    view.end = 10_000_000
    #expect(SlotDecision.decide(view) == .end)
    view.keys = []
    view.end = 10_040_000
    #expect(SlotDecision.decide(view) == .end)
  }

  @Test func `exact waits until no key picture before the slot can come any more`() {
    #expect(SlotDecision.decide(view(.exact, keys: [9_000_000], reached: 9_900_000)) == .readOn)
    #expect(SlotDecision.decide(view(.exact, keys: [9_000_000], reached: 10_100_000)) == .exact)
  }

  @Test func `auto takes an unused key picture within half an interval`() {
    var view = view(.auto, keys: [5_500_000, 14_800_000], reached: 15_200_000)
    #expect(SlotDecision.decide(view) == .key(5_500_000))
    view.used = 5_500_000
    #expect(SlotDecision.decide(view) == .key(14_800_000))
    view.keys = [4_000_000, 15_100_000]
    #expect(SlotDecision.decide(view) == .exact)
  }

  @Test(arguments: PickMode.allCases)
  func `never reads on where there is no room to keep more`(mode: PickMode) {
    var view = view(mode, keys: [2_000_000])
    view.isFull = true
    #expect(SlotDecision.decide(view) != .readOn)
  }
}
