// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

struct KeyMapTests {
  func empty(bytes: Int64 = 1 << 30) -> KeyMap {
    KeyMap(identity: KeyMap.Identity(startTicks: -90_000, streamIndex: 3, bytes: bytes))
  }

  func sample() -> KeyMap {
    var map = empty()
    for number in 0..<40 as Range<Int64> {
      map.note(KeyMap.Key(time: number * 480_000, position: number * 250_001, size: 60_000))
    }
    map.cover(from: .min, through: 9_000_000)
    map.cover(from: 15_000_000, through: .max)
    map.end = 19_000_000
    return map
  }

  @Test func `stretches that meet become one`() {
    var map = empty()
    map.cover(from: 10, through: 20)
    map.cover(from: 40, through: 50)
    map.cover(from: 60, through: 70)
    #expect(map.firstGap(from: 10, through: 45) == 21)
    map.cover(from: 21, through: 39)
    #expect(map.spans == [KeyMap.Span(from: 10, through: 50), KeyMap.Span(from: 60, through: 70)])
    map.cover(from: 45, through: 80)
    #expect(map.spans == [KeyMap.Span(from: 10, through: 80)])
    map.cover(from: 0, through: 90)
    #expect(map.spans == [KeyMap.Span(from: 0, through: 90)])
    #expect(map.firstGap(from: 0, through: 90) == nil)
    #expect(map.firstGap(from: -5, through: 90) == -5)
    #expect(map.firstGap(from: 0, through: 91) == 91)
  }

  // Against a plain set of times, for stretches in every order.
  @Test(arguments: 0..<50)
  func `what is covered is what was covered`(seed: Int) {
    var map = empty()
    var plain: Set<Int64> = []
    var state = UInt64(seed) &* 2_654_435_761 &+ 99
    for _ in 0..<30 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let from = Int64(state >> 33) % 200
      let through = from + Int64(state >> 50) % 12
      map.cover(from: from, through: through)
      plain.formUnion(from...through)
      for time in 0..<215 as Range<Int64> {
        #expect((map.firstGap(from: time, through: time) == nil) == plain.contains(time))
      }
    }
    #expect(zip(map.spans, map.spans.dropFirst()).allSatisfy { $0.through + 1 < $1.from })
  }

  @Test func `two halves together are the whole`() {
    let whole = sample()
    var first = empty()
    var second = empty()
    for key in whole.keys {
      if key.time < 5_000_000 { first.note(key) } else { second.note(key) }
    }
    first.cover(from: .min, through: 4_999_999)
    second.cover(from: 5_000_000, through: 9_000_000)
    second.cover(from: 15_000_000, through: .max)
    second.end = whole.end
    var together = first
    together.formUnion(second)
    #expect(together == whole)
    second.formUnion(first)
    #expect(second == whole)
  }

  @Test func `where times jump, places are of no use, however many are known`() {
    var jumping = empty()
    jumping.hasJumps = true
    var map = sample()
    map.formUnion(jumping)
    #expect(map == jumping)
    jumping.formUnion(sample())
    #expect(map == jumping)
  }

  @Test func `what another recording's map says is left out`() {
    var map = empty()
    var other = empty(bytes: 99)
    other.cover(from: 0, through: 10)
    map.formUnion(other)
    #expect(map.isEmpty)
  }

  @Test func `one picture met on two ways is one key`() {
    var map = empty()
    map.note(KeyMap.Key(time: 480_000, position: -1, size: 7))
    map.note(KeyMap.Key(time: 480_001, position: 99, size: 7))
    #expect(map.keys == [KeyMap.Key(time: 480_000, position: 99, size: 7)])
    map.note(KeyMap.Key(time: 440_000, position: 1, size: 7))
    #expect(map.keys.map(\.time) == [440_000, 480_000])
  }

  @Test func `comes back from its bytes, 24 for each key picture`() {
    let map = sample()
    #expect(KeyMap(bytes: map.bytes) == map)
    var longer = map
    longer.note(KeyMap.Key(time: 99_000_000, position: 5, size: 1))
    #expect(longer.bytes.count == map.bytes.count + 24)
    #expect(KeyMap(bytes: empty().bytes) == empty())
    var jumping = empty()
    jumping.hasJumps = true
    #expect(KeyMap(bytes: jumping.bytes)?.hasJumps == true)
  }

  @Test(arguments: 0..<200)
  func `bytes that were changed or cut are refused`(seed: Int) {
    var bytes = sample().bytes
    #expect(KeyMap(bytes: Array(bytes.prefix(seed * bytes.count / 200))) == nil)
    #expect(KeyMap(bytes: bytes + [0]) == nil)
    bytes[seed * (bytes.count - 1) / 199] ^= 1 << (seed % 8)
    #expect(KeyMap(bytes: bytes) == nil)
  }

  @Test func `bytes that make no sense are refused though their check value is right`() {
    let identity = KeyMap.Identity(startTicks: 0, streamIndex: 0, bytes: 1000)
    let key = { (time: Int64, position: Int64) in
      KeyMap.Key(time: time, position: position, size: 1)
    }
    func bytes(_ keys: [KeyMap.Key], _ spans: [KeyMap.Span]) -> [UInt8] {
      KeyMap(identity: identity, keys: keys, spans: spans, end: nil, hasJumps: false).bytes
    }
    #expect(KeyMap(bytes: bytes([key(5, 999)], [])) != nil)
    #expect(KeyMap(bytes: bytes([key(5, 1000)], [])) == nil)
    #expect(KeyMap(bytes: bytes([key(5, -2)], [])) == nil)
    #expect(KeyMap(bytes: bytes([key(5, 1), key(5, 2)], [])) == nil)
    #expect(KeyMap(bytes: bytes([key(.max, 1)], [])) == nil)
    #expect(KeyMap(bytes: bytes([], [KeyMap.Span(from: 2, through: 1)])) == nil)
    let crossed = [KeyMap.Span(from: 0, through: 9), KeyMap.Span(from: 9, through: 12)]
    #expect(KeyMap(bytes: bytes([], crossed)) == nil)
  }

  @Test func `serves the file it was made of, also when that has grown`() {
    let map = sample()
    #expect(map.fitted(to: map.identity) == map)
    var file = map.identity
    file.bytes += 1
    let grown = map.fitted(to: file)
    #expect(grown?.end == nil)
    #expect(grown?.keys == map.keys)
    let lastKey: Int64 = 39 * 480_000
    #expect(grown?.firstGap(from: 15_000_000, through: lastKey) == nil)
    #expect(grown?.firstGap(from: 15_000_000, through: .max) == .some(lastKey + 1))
    file.bytes -= 2
    #expect(map.fitted(to: file) == nil)
    file = map.identity
    file.startTicks += 1
    #expect(map.fitted(to: file) == nil)
  }
}
