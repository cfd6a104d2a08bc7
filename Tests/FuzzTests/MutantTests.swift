// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media
import Testing

@testable import previewd_fuzz

/// What makes findings worth something: the same seed spoils the same way, and lies are seen.
@Suite struct MutantTests {
  private static let specimens = ["a.ts", "b.mp4", "c.mpg"].enumerated().map { place, name in
    var dice = Dice(seed: UInt64(place))
    var bytes = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    // Something for every way: packets, boxes, sequence headers, times.
    for start in stride(from: 0, to: bytes.count - 20, by: 188) { bytes[start] = 0x47 }
    bytes.replaceSubrange(4..<8, with: Array("ftyp".utf8))
    bytes.replaceSubrange(1000..<1004, with: [0, 0, 1, 0xB3])
    bytes.replaceSubrange(2000..<2004, with: [0, 0, 1, 0xE0])
    return Specimen(name: name, bytes: bytes)
  }

  @Test func `a seed spoils the same way again, another one another way`() {
    for seed in 0..<100 as Range<UInt64> {
      let one = Mutant(seed: seed, of: Self.specimens, most: 9)
      let two = Mutant(seed: seed, of: Self.specimens, most: 9)
      #expect(one.bytes == two.bytes && one.recipe == two.recipe && one.request == two.request)
    }
    let recipes = Set((0..<100).map { Mutant(seed: $0, of: Self.specimens, most: 9).recipe })
    #expect(recipes.count == 100)
  }

  @Test(arguments: Mutation.allCases)
  func `each way spoils something, and says what`(mutation: Mutation) {
    var dice = Dice(seed: 7)
    var bytes = Self.specimens[0].bytes
    let done = mutation.apply(to: &bytes, other: Self.specimens[1].bytes, &dice)
    #expect(bytes != Self.specimens[0].bytes)
    #expect(!done.hasPrefix("nothing"))
  }

  @Test(arguments: Mutation.allCases)
  func `no way fails on what is almost nothing`(mutation: Mutation) {
    for count in 0..<40 {
      var dice = Dice(seed: UInt64(count))
      var bytes = [UInt8](repeating: 0x47, count: count)
      _ = mutation.apply(to: &bytes, other: [1], &dice)
    }
  }
}

/// What decoders claim, and what is said of it.
@Suite struct MutantClientTests {
  private static func claims(_ lie: (MutantClient, DecodedPicture) -> Void) throws -> [String] {
    let scheduler = Scheduler()
    let mutant = Mutant(seed: 1, of: [Specimen(name: "a", bytes: [])], most: 1)
    let client = MutantClient(mutant, waiter: scheduler.activate(Component()))
    scheduler.run()
    let start = mutant.request.pictures.start / mutant.request.pictures.interval
    let slot = Int(start.rounded(.up))
    let widths = [mutant.request.pictures.width] + mutant.request.otherWidths
    let asked = mutant.request.pictures.interval * slot / .microseconds(1)
    let picture = DecodedPicture(
      slot: slot, askedTime: Int64(asked), time: 5, flags: .keyframe,
      jpegs: try widths.map { width in
        try JPEGEncoder(quality: 50).encode(Picture(width: width, height: 16) { _, _, _ in })
      })
    lie(client, picture)
    return client.claims
  }

  @Test func `the truth is taken for it`() throws {
    let claims = try Self.claims { client, picture in
      client.begin(PreviewDescription(title: "a"))
      client.append(picture)
      client.finish(DecodingResult(.end(PreviewEnd(.complete, framesSent: 1))))
    }
    #expect(claims == [])
  }

  static let lies: [@Sendable (MutantClient, inout DecodedPicture) -> Void] = [
    { client, picture in client.append(picture) },
    { _, picture in picture.time = -1 },
    { _, picture in picture.askedTime += 1 },
    { _, picture in picture.slot = -1 },
    { _, picture in picture.jpegs[0] = [1, 2, 3] },
    { _, picture in picture.jpegs[0].removeLast(picture.jpegs[0].count / 2) },
    { _, picture in picture.jpegs.append(picture.jpeg) },
    { client, _ in client.finish(DecodingResult(.end(PreviewEnd(.complete, framesSent: 0)))) },
    { client, _ in client.finish(DecodingResult(.end(PreviewEnd(.partial, framesSent: 1)))) },
  ]

  @Test(arguments: lies.indices)
  func `a lie is seen`(number: Int) throws {
    let claims = try Self.claims { client, picture in
      var picture = picture
      client.begin(PreviewDescription(title: "a"))
      Self.lies[number](client, &picture)
      client.append(picture)
      client.finish(DecodingResult(.end(PreviewEnd(.complete, framesSent: 1))))
    }
    #expect(!claims.isEmpty)
  }
}
