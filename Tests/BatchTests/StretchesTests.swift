// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Batch

@Suite struct StretchesTests {
  @Test func `one stretch goes from the first slot to the end that nobody knows yet`() {
    var stretches = Stretches(first: 3)
    let (begun, second) = (stretches.begin(), stretches.begin())
    #expect(begun == Stretches.Stretch(first: 3, end: nil, next: 3, state: .running))
    #expect(second == nil)
    #expect(stretches.mostToShare == 0)
    stretches.know(end: 103)
    #expect(stretches.mostToShare == 100)
  }

  @Test func `a stretch is cut in the middle of what is left of it`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: 100)
    let isTaken = stretches.take(slot: 19, of: 0)
    #expect(isTaken)
    let cut = stretches.split(granted: [0: 24])
    #expect(cut?.running == 0 && cut?.new == 60)
    #expect(stretches.all.map(\.end) == [60, 100])
    // Its process may run on for a moment: that isn't taken twice.
    let taken = [59, 60].map { stretches.take(slot: $0, of: 0) }
    #expect(taken == [true, false])
    let next = stretches.begin()
    #expect(next?.first == 60)
  }

  @Test func `no stretch is cut before what its process was told to make already`() {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: 60)
    let cut = stretches.split(granted: [0: 44])
    #expect(cut?.new == 44)
  }

  @Test(arguments: [0, 1, 23])
  func `a stretch with little left isn't cut`(left: Int) {
    var stretches = Stretches(first: 0)
    _ = stretches.begin()
    stretches.know(end: left)
    let isCut = stretches.split(granted: [:]) != nil
    #expect(!isCut)
  }

  @Test func `what was kept isn't decoded again, and what lies between is`() {
    var stretches = Stretches(
      first: 0, kept: [(first: 0, next: 50, isOver: true), (first: 50, next: 70, isOver: false)])
    let (begun, second) = (stretches.begin(), stretches.begin())
    #expect(begun?.next == 70 && second == nil)
    #expect(!stretches.areOver)
    stretches.end(50)
    #expect(stretches.areOver)
  }

  @Test func `a stretch whose beginning was lost is decoded up to the next one kept`() {
    var stretches = Stretches(first: 0, kept: [(first: 40, next: 80, isOver: true)])
    let begun = stretches.begin()
    #expect(begun == Stretches.Stretch(first: 0, end: 40, next: 0, state: .running))
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
    let isTaken = stretches.take(slot: 9, of: 0)
    stretches.yield(0)
    let again = stretches.begin()
    #expect(isTaken && again?.next == 10)
  }
}
