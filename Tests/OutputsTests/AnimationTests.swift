// SPDX-License-Identifier: Apache-2.0
import Animation
import Foundation
import Media
import Outputs
import Testing

@Suite(.enabled(if: Programs.python != nil && Programs.ffmpeg != nil, "needs python3, ffmpeg"))
struct AnimationTests {
  let folder = try? TestFolder()

  private func path(_ format: AnimationOutput.Format) -> String {
    (folder?.path ?? "/nowhere") + "/news.\(format.rawValue)"
  }

  @Test(arguments: AnimationOutput.Format.allCases)
  func `pictures follow each other for ever`(format: AnimationOutput.Format) throws {
    try AnimationOutput(path(format), format: format, count: 5, frameTime: .milliseconds(400))
      .make(0..<50, of: Material.recording(duration: .seconds(500)))
    #expect(
      try Programs.check("animation", path(format))
        == ["32 18 0"] + Array(repeating: "400", count: 5))
  }

  @Test func `a GIF shows each picture as it is`() throws {
    try AnimationOutput(path(.gif), format: .gif, count: 5)
      .make(0..<50, of: Material.recording(duration: .seconds(500)))
    for (frame, slot) in [5, 15, 25, 35, 45].enumerated() {
      let found = try Programs.luma(of: path(.gif), frame: frame)
      #expect(abs(Int(found[5 * 32 + 16]) - Int(Material.level(slot))) <= 3)
    }
  }

  @Test(arguments: [AnimationOutput.Format.webp, .gif])
  func `a picture of another size is made to fit, what isn't one is left out`(
    format: AnimationOutput.Format
  ) throws {
    let output = AnimationOutput(path(format), format: format, count: 4)
    try output.begin(Material.recording(duration: .seconds(40)))
    for slot in 0..<4 {
      var picture = try Material.picture(slot, width: slot == 1 ? 64 : 32)
      if slot == 2 { picture.jpeg = [1, 2, 3] }
      try output.add(picture)
    }
    try output.finish(OutputEnd(.complete, served: 4))
    #expect(
      try Programs.check("animation", path(format)) == ["32 18 0", "500", "500", "500"])
  }

  @Test func `a gradient of colours survives a palette of 256`() throws {
    let picture = Picture(canvas: 256, height: 64) { canvas in
      for x in 0..<256 {
        for y in 0..<64 {
          // All within what red, green and blue can show.
          let colour = PictureCanvas.Colour(
            UInt8(64 + x / 2), blue: UInt8(112 + y / 2), red: UInt8(112 + x / 8))
          canvas.mix(x: x, y: y, colour, share: 256)
        }
      }
    }
    let jpeg = try JPEGEncoder(quality: 95).encode(picture)
    let output = AnimationOutput(path(.gif), format: .gif, count: 1)
    try output.begin(Material.recording(duration: nil, width: 256, height: 64))
    try output.add(OutputPicture(slot: 0, askedTime: 0, time: 0, jpeg: jpeg))
    try output.finish(OutputEnd(.complete, served: 1))
    let found = try Programs.luma(of: path(.gif))
    // Means over 8 x 8 pixels, in which dithering evens out, differ little from the JPEG's.
    let (wanted, _) = try JPEGDecoder().decodePlanes(jpeg)
    wanted.withPlanes { luma, _, _ in
      for block in 0..<32 * 8 {
        let (left, top) = (block % 32 * 8, block / 32 * 8)
        var sums = (0, 0)
        for place in 0..<64 {
          let (x, y) = (left + place % 8, top + place / 8)
          sums.0 += Int(found[y * 256 + x])
          sums.1 += unsafe Int(luma[y * wanted.lumaStride + x])
        }
        #expect(abs(sums.0 - sums.1) < 64 * 6, "block \(block)")
      }
    }
  }

  @Test func `a WebP beyond its limits is refused`() throws {
    let output = AnimationOutput(path(.webp), format: .webp)
    #expect(throws: MediaError.self) {
      try output.begin(Material.recording(duration: nil, width: 20_000, height: 100))
    }
  }
}
