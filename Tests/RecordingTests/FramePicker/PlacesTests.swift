// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Recording

struct PlacesTests {
  @Test func `slots begin at the first multiple at or after the start`() {
    var settings = PreviewSettings()
    settings.start = .seconds(25)
    var grid = TimeGrid(settings: settings, duration: 60_000_000)
    #expect(grid.first == 3)
    #expect(grid.count == 3)
    settings.start = .seconds(30)
    settings.end = .seconds(50)
    grid = TimeGrid(settings: settings, duration: 60_000_000)
    #expect(grid.first == 3)
    #expect(grid.count == 2)
    settings.count = 1
    #expect(TimeGrid(settings: settings, duration: nil).count == 1)
  }

  // ceil(duration / interval), as Jellyfin counts them.
  @Test(arguments: [(1, 1), (10_000_000, 1), (10_000_001, 2), (1_800_000_000, 180)])
  func `a recording has as many slots as intervals begin in it`(duration: Int, count: Int) {
    let grid = TimeGrid(settings: PreviewSettings(), duration: Int64(duration))
    #expect(grid.count == count)
  }

  @Test func `without a duration nothing bounds the slots`() {
    #expect(TimeGrid(settings: PreviewSettings(), duration: nil).count == nil)
  }

  @Test func `a search's first guess is right where bytes pass evenly`() {
    let search = ByteSearch(size: 1_000_000, duration: 100_000_000)
    #expect(search.guess(for: 0) == 0)
    #expect(search.guess(for: 25_000_000) == 250_000)
    #expect((500_000..<1_000_000).contains(search.guess(for: 200_000_000)))
  }

  @Test func `a search closes in on a time by the places met`() {
    // Half of the bytes belong to the first tenth of the time.
    func time(at position: Int64) -> Int64 {
      position < 500_000 ? position * 20 : 10_000_000 + (position - 500_000) * 180
    }
    var search = ByteSearch(size: 1_000_000, duration: 100_000_000)
    var miss = Int64.max
    for _ in 0..<6 {
      let position = search.guess(for: 9_000_000)
      miss = abs(time(at: position) - 9_000_000)
      search.note(ByteSearch.Place(time: time(at: position), position: position))
    }
    #expect(miss < 500_000)
  }

  @Test func `a place met just behind the time is counted back from`() {
    var search = ByteSearch(size: 1_000_000, duration: 100_000_000)
    search.note(ByteSearch.Place(time: 40_000_000, position: 400_000))
    let first = search.guess(for: 60_000_000)
    #expect(first == 600_000)
    // More bytes passed than before.
    search.note(ByteSearch.Place(time: 60_040_000, position: first))
    let second = search.guess(for: 60_000_000)
    #expect(second < first && second > first - 1_000)
  }

  // Places 11 microseconds and a GiB apart: only a hostile recording has them.
  @Test func `bytes are never counted beyond the places around a time`() {
    var search = ByteSearch(size: 4 << 30, duration: 100_000_000)
    search.note(ByteSearch.Place(time: 50_000_000, position: 1 << 30))
    search.note(ByteSearch.Place(time: 50_000_011, position: 2 << 30))
    #expect(search.bytes(passingIn: 95_000_000_000, at: 50_000_005) == 1 << 30)
    #expect(search.lastPlace(before: 50_000_005) == 1 << 30)
  }

  @Test func `a place that contradicts the others is left out`() {
    var search = ByteSearch(size: 1_000_000, duration: 100_000_000)
    search.note(ByteSearch.Place(time: 50_000_000, position: 500_000))
    search.note(ByteSearch.Place(time: 60_000_000, position: 400_000))
    search.note(ByteSearch.Place(time: 900_000_000, position: 600_000))
    #expect(search.guess(for: 75_000_000) == 750_000)
  }

  @Test func `the rhythm of key pictures forgets gaps across a seek`() {
    var rhythm = KeyRhythm(fallback: 2_000_000)
    #expect(!rhythm.isKnown && rhythm.typical == 2_000_000)
    for time in [0, 480_000, 960_000, 1_200_000] as [Int64] { rhythm.note(time) }
    rhythm.forgetPosition()
    rhythm.note(90_000_000)
    #expect(rhythm.typical == 480_000)
    #expect(rhythm.shortest == 240_000)
    #expect(rhythm.longest == 480_000)
  }
}
