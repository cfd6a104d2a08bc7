// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Batch

@Suite struct StretchesTests {
  @Test func `one stretch goes from the first slot to the end that nobody knows yet`() {
    var stretches = Stretches(first: 3)
    #expect(stretches.begin() == Stretches.Stretch(first: 3, end: nil, next: 3, state: .running))
    #expect(stretches.begin() == nil)
    #expect(stretches.mostToShare == 0)
    stretches.know(end: 103)
    #expect(stretches.mostToShare == 100)
  }

  @Test func `a stretch is cut in the middle of what is left of it`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: 100)
    #expect(stretches.take(slot: 19, of: 0))
    let cut = stretches.split(granted: [0: 24])
    #expect(cut?.running == 0 && cut?.new == 60)
    #expect(stretches.all.map(\.end) == [60, 100])
    // Its process may run on for a moment: that isn't taken twice.
    #expect(stretches.take(slot: 59, of: 0))
    #expect(!stretches.take(slot: 60, of: 0))
    #expect(stretches.begin()?.first == 60)
  }

  @Test func `no stretch is cut before what its process was told to make already`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: 60)
    #expect(stretches.split(granted: [0: 44])?.new == 44)
  }

  @Test(arguments: [0, 1, 23])
  func `a stretch with little left isn't cut`(left: Int) {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: left)
    #expect(stretches.split(granted: [:]) == nil)
  }

  @Test func `what was kept isn't decoded again, and what lies between is`() {
    var stretches = Stretches(
      first: 0, kept: [(first: 0, next: 50, isOver: true), (first: 50, next: 70, isOver: false)])
    #expect(stretches.begin()?.next == 70)
    #expect(stretches.begin() == nil)
    #expect(!stretches.areOver)
    stretches.end(50)
    #expect(stretches.areOver)
  }

  @Test func `a stretch whose beginning was lost is decoded up to the next one kept`() {
    var stretches = Stretches(first: 0, kept: [(first: 40, next: 80, isOver: true)])
    #expect(stretches.begin() == Stretches.Stretch(first: 0, end: 40, next: 0, state: .running))
  }

  @Test func `every slot belongs to one stretch, however often they are cut`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: 1000)
    while stretches.split(granted: [:]) != nil { _ = stretches.begin() }
    for (one, next) in zip(stretches.all, stretches.all.dropFirst()) {
      #expect(one.end == next.first)
    }
    #expect(stretches.all.count > 16)
    #expect(stretches.all.last?.end == 1000)
  }

  @Test func `a process that is gone leaves its stretch to another where it was`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    #expect(stretches.take(slot: 9, of: 0))
    stretches.yield(0)
    #expect(stretches.begin()?.next == 10)
  }
}
