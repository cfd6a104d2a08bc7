// SPDX-License-Identifier: Apache-2.0
import Axon
import Testing

@testable import Files

/// What looks at files mean, on a clock of the test's own.
struct GrowthBookTests {
  private static func seconds(_ seconds: Double) -> Instant {
    Instant(nanoseconds: Int64(seconds * 1e9))
  }

  private func facts(_ bytes: Int64, at time: Double = 0, inode: UInt64 = 7, links: Int = 1)
    -> FileFacts
  {
    FileFacts(inode: inode, byteCount: bytes, modified: Int64(time * 1e9), linkCount: links)
  }

  private func book(isSilent: Bool = false, age: Duration = .zero) -> GrowthBook<Int> {
    var settings = WatchSettings()
    settings.quietTime = .seconds(30)
    settings.pace = .milliseconds(500)
    settings.pollInterval = .seconds(1)
    settings.slowPollInterval = .seconds(20)
    var book = GrowthBook<Int>(settings)
    book.add(1, facts(100), age: age, isSilent: isSilent, now: Self.seconds(100))
    return book
  }

  @Test func `nothing watched is never due`() {
    #expect(GrowthBook<Int>(WatchSettings()).nextWake == nil)
  }

  @Test func `growth is told at once, then at the pace`() {
    var book = book()
    book.touch(1)
    #expect(book.due(at: Self.seconds(100)) == [1])
    #expect(book.look(1, facts(150, at: 1), now: Self.seconds(100)) == [.grew(byteCount: 150)])
    book.touch(1)
    #expect(book.due(at: Self.seconds(100.4)) == [] && book.nextWake == Self.seconds(100.5))
    #expect(book.look(1, facts(160, at: 2), now: Self.seconds(100.5)) == [.grew(byteCount: 160)])
  }

  @Test func `quiet is told once, until it grows again`() {
    var book = book()
    #expect(book.look(1, facts(100), now: Self.seconds(120)) == [])
    #expect(book.nextWake == Self.seconds(130))
    #expect(book.look(1, facts(100), now: Self.seconds(130)) == [.quiet])
    #expect(book.look(1, facts(100), now: Self.seconds(150)) == [])
    #expect(book.look(1, facts(101, at: 60), now: Self.seconds(170)) == [.grew(byteCount: 101)])
    #expect(book.look(1, facts(101, at: 60), now: Self.seconds(200)) == [.quiet])
  }

  @Test func `the size at the beginning is told where it isn't known`() {
    var book = GrowthBook<Int>(WatchSettings())
    let now = Self.seconds(1)
    book.add(1, facts(5), age: .zero, isSilent: false, isTold: false, now: now)
    #expect(book.due(at: now) == [1] && book.look(1, facts(5), now: now) == [.grew(byteCount: 5)])
    #expect(book.look(1, facts(5), now: now) == [])
  }

  @Test func `a file that was quiet before it was watched is so at once`() {
    #expect(book(age: .seconds(3600)).due(at: Self.seconds(100)) == [1])
  }

  @Test(arguments: [(true, 101.0), (false, 120.0)])
  func `the kernel is asked seldom where it tells, often where it doesn't`(
    isSilent: Bool, next: Double
  ) {
    #expect(book(isSilent: isSilent).nextWake == Self.seconds(next))
  }

  @Test func `a file that its writer closed is quiet then`() {
    var book = book()
    book.close(1)
    #expect(book.due(at: Self.seconds(100)) == [1])
    #expect(
      book.look(1, facts(180, at: 3), now: Self.seconds(101))
        == [.grew(byteCount: 180), .closed])
    #expect(book.nextWake == Self.seconds(121))
  }

  @Test func `a file cut short is told`() {
    var book = book()
    #expect(book.look(1, facts(20, at: 4), now: Self.seconds(101)) == [.shrank(byteCount: 20)])
  }

  @Test func `a file without a name, or another one in its place, is gone for good`() {
    for facts in [facts(100, links: 0), facts(100, inode: 8), nil] {
      var book = book()
      #expect(book.look(1, facts, now: Self.seconds(101)) == [.gone])
      book.touch(1)
      #expect(book.due(at: Self.seconds(500)) == [] && book.nextWake == nil)
    }
  }
}
