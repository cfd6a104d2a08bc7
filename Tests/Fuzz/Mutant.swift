// SPDX-License-Identifier: Apache-2.0
import Decoders
import Media

/// A recording that seeds are spoilt of.
struct Specimen {
  let name: String
  let bytes: [UInt8]
}

/// A spoilt recording with what is asked of it: the same for the same seed and specimens.
struct Mutant {
  let seed: UInt64
  let recipe: String
  let bytes: [UInt8]
  let request: DecodingRequest

  /// A mutant of one of the specimens, which asks for at most so many pictures.
  init(seed: UInt64, of specimens: [Specimen], most: Int) {
    self.seed = seed
    // Seeds that follow each other have nothing in common.
    var dice = Dice(seed: seed &* 0x2545_F491_4F6C_DD1D)
    let specimen = dice.one(of: specimens)
    let other = dice.one(of: specimens)
    var bytes = specimen.bytes
    var steps: [String] = []
    for _ in 0..<dice.one(of: [1, 1, 1, 2, 3]) {
      let mutation = dice.one(of: Mutation.allCases)
      let done = mutation.apply(to: &bytes, other: other.bytes, &dice)
      steps.append("\(mutation.rawValue) \(done)" + (mutation == .splice ? " (\(other.name))" : ""))
    }
    self.bytes = bytes
    request = Self.request(specimen.name, most: most, &dice)
    let pictures = request.pictures
    recipe =
      "\(specimen.name): \(steps.joined(separator: "; ")); mode \(pictures.mode), "
      + "interval \(pictures.interval), start \(pictures.start), widths \(pictures.width) "
      + "\(request.otherWidths), count \(pictures.count ?? 0)"
      + (request.skipsBlack ? ", skip black" : "") + (request.prefersScenes ? ", scene" : "")
  }

  private static func request(_ name: String, most: Int, _ dice: inout Dice) -> DecodingRequest {
    var pictures = PreviewRequest(.preview, title: name)
    pictures.mode = dice.one(of: PreviewRequest.Mode.allCases)
    pictures.interval = dice.one(of: [
      .milliseconds(40), .milliseconds(100), .milliseconds(500), .seconds(1), .seconds(10),
      .seconds(86_400),
    ])
    pictures.width = dice.one(of: [16, 32, 64, 98])
    pictures.quality = dice.one(of: [1, 50, 75, 100])
    pictures.start = dice.one(of: [.zero, .zero, .zero, .milliseconds(700), .seconds(5)])
    pictures.count = 1 + dice.below(most)
    var request = DecodingRequest(pictures)
    if dice.once(in: 3) { request.otherWidths = [dice.one(of: [16, 48, 200])] }
    request.skipsBlack = dice.once(in: 4)
    request.prefersScenes = dice.once(in: 4)
    request.wantsKeyMap = dice.once(in: 2)
    if dice.once(in: 16) {
      request.keyMap = (0..<dice.below(500)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    }
    request.takesTurns = dice.once(in: 2)
    return request
  }
}
