// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media
import Outputs
import Testing

/// JPEGs decoded to planes, against FFmpeg's decoder.
@Suite(.enabled(if: Programs.ffmpeg != nil, "needs ffmpeg"))
struct PlanesTests {
  /// A JPEG of a colourful test picture.
  private func jpeg(_ sampling: String, _ size: String, in folder: TestFolder) throws -> [UInt8] {
    _ = try Programs.lines(
      Programs.ffmpeg,
      ["-v", "error", "-f", "lavfi", "-i", "smptehdbars=size=\(size)", "-frames:v", "1"]
        + ["-pix_fmt", sampling, "-q:v", "2", "-y", "\(folder.path)/a.jpg"])
    return try folder.read("a.jpg")
  }

  @Test(arguments: [
    ("yuvj420p", "256x144"), ("yuvj420p", "255x143"), ("yuvj422p", "256x144"),
    ("yuvj422p", "253x143"), ("yuvj444p", "256x144"), ("yuvj444p", "253x143"),
  ]) func `any sampling gives the planes that FFmpeg gives`(sampling: String, size: String) throws {
    let folder = try TestFolder()
    let jpeg = try jpeg(sampling, size, in: folder)
    let (picture, isDamaged) = try JPEGDecoder().decodePlanes(jpeg)
    #expect(!isDamaged && "\(picture.width)x\(picture.height)" == size)
    let luma = try Programs.luma(of: folder.path + "/a.jpg")
    // Through FFmpeg's own RGB and back our chroma must look the same: compared as a small picture.
    let again = try JPEGEncoder(quality: 100).encode(picture)
    let (ours, theirs) = (try JPEGDecoder().decode(again), try JPEGDecoder().decode(jpeg))
    picture.withPlanes { plane, _, _ in
      var worst = 0
      for row in 0..<picture.height {
        for column in 0..<picture.width {
          let found = unsafe Int(plane[row * picture.lumaStride + column])
          worst = max(worst, abs(found - Int(luma[row * picture.width + column])))
        }
      }
      #expect(worst <= 2)
    }
    let differences = zip(ours.pixels, theirs.pixels).map { abs(Int($0) - Int($1)) }
    #expect(differences.reduce(0, +) < differences.count * 4)
  }

  @Test func `a grey JPEG has no colour`() throws {
    // 8 x 8, one component; its only coefficient is 63 steps of 8: 63 above the middle.
    var jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + Array(repeating: 8, count: 64)
    jpeg += [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
    for (table, symbol) in [(0x00, 6), (0x10, 0)] as [(UInt8, UInt8)] {
      jpeg += [0xFF, 0xC4, 0, 20, table, 1] + Array(repeating: 0, count: 15) + [symbol]
    }
    jpeg += [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0b0111_1110, 0xFF, 0xD9]
    let (picture, isDamaged) = try JPEGDecoder().decodePlanes(jpeg)
    #expect(picture.width == 8 && picture.height == 8 && !isDamaged)
    picture.withPlanes { luma, blue, red in
      #expect(unsafe luma[0] == 191 && luma[7 * picture.lumaStride + 7] == 191)
      #expect(unsafe blue[0] == 128 && red[3 * picture.chromaStride + 3] == 128)
    }
  }

  @Test func `no mutation of a JPEG breaks a sheet`() throws {
    let folder = try TestFolder()
    let good = try jpeg("yuvj420p", "32x18", in: folder)
    let other = try jpeg("yuvj444p", "33x19", in: folder)
    var state: UInt32 = 1
    func random(_ count: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % count
    }
    let output = SheetOutput(writers: [TileWriter(folder.path + "/news.trickplay")])
    try output.begin(Material.recording(duration: nil))
    for slot in 0..<1500 {
      var bytes = slot % 2 == 0 ? good : other
      for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
      if slot % 7 == 0 { bytes.removeLast(random(bytes.count)) }
      try output.add(OutputPicture(slot: slot, askedTime: 0, time: 0, jpeg: bytes))
    }
    try output.finish(OutputEnd(.complete, served: 1500))
    let sheets = try folder.names().filter { $0.hasPrefix("news.trickplay/32 - 10x10/") }
    #expect(sheets.count == 15)
  }

  @Test(arguments: [(10, 6), (64, 36), (32, 18), (33, 40)])
  func `a scaled picture keeps its colours where they were`(width: Int, height: Int) throws {
    let picture = Picture(canvas: 32, height: 18) { canvas in
      canvas.fill(x: 0, y: 0, width: 16, height: 18, .init(200, blue: 90, red: 160))
      canvas.fill(x: 16, y: 0, width: 16, height: 18, .init(50, blue: 160, red: 100))
    }
    let scaled = picture.scaled(width: width, height: height)
    #expect(scaled.width == width && scaled.height == height)
    scaled.withPlanes { luma, blue, red in
      for row in [0, height - 1] {
        #expect(unsafe luma[row * scaled.lumaStride] == 200)
        #expect(unsafe luma[row * scaled.lumaStride + width - 1] == 50)
        #expect(unsafe blue[row / 2 * scaled.chromaStride] == 90)
        #expect(unsafe red[row / 2 * scaled.chromaStride + (width - 1) / 2] == 100)
      }
    }
  }
}
