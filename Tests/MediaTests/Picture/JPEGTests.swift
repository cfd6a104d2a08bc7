// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

/// A picture whose luma is a ramp from left to right, in one colour.
func ramp(width: Int, height: Int, blue: UInt8 = 128, red: UInt8 = 128) -> Picture {
  Picture(width: width, height: height) { luma, blues, reds in
    let stride = Picture.strides(width: width).luma
    for row in 0..<height {
      for column in 0..<width {
        unsafe luma[row * stride + column] = UInt8(column * 255 / max(width - 1, 1))
      }
    }
    unsafe blues.update(repeating: blue)
    unsafe reds.update(repeating: red)
  }
}

@Suite struct JPEGTests {
  @Test(arguments: [(320, 180), (321, 181), (16, 16), (1, 1), (720, 405)])
  func `a picture comes back nearly the same`(width: Int, height: Int) throws {
    let jpeg = try JPEGEncoder(quality: 90).encode(ramp(width: width, height: height))
    let back = try JPEGDecoder().decode(jpeg)
    #expect(back.width == width && back.height == height && !back.isDamaged)
    for column in 0..<width {
      let wanted = column * 255 / max(width - 1, 1)
      for channel in 0..<3 {
        #expect(abs(Int(back.pixels[column * 3 + channel]) - wanted) <= 6)
      }
    }
  }

  @Test func `full range and BT.601 colours are kept`() throws {
    // Y 76, Cb 85, Cr 255 is pure red in JFIF.
    let picture = Picture(width: 64, height: 64) { luma, blue, red in
      unsafe luma.update(repeating: 76)
      unsafe blue.update(repeating: 85)
      unsafe red.update(repeating: 255)
    }
    let back = try JPEGDecoder().decode(JPEGEncoder(quality: 95).encode(picture))
    #expect(back.pixels[0] >= 250 && back.pixels[1] <= 5 && back.pixels[2] <= 5)
  }

  @Test func `is baseline with 4 2 0 sampling`() throws {
    let jpeg = try JPEGEncoder(quality: 75).encode(ramp(width: 320, height: 180))
    #expect(jpeg.prefix(2) == [0xFF, 0xD8] && jpeg.suffix(2) == [0xFF, 0xD9])
    // SOF0, length 17, 8 bits, 180 x 320, 3 components, luma sampled 2x2.
    let header: [UInt8] = [
      0xFF, 0xC0, 0, 17, 8, 0, 180, 1, 64, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
    ]
    #expect(jpeg.indices.contains { jpeg[$0...].starts(with: header) })
  }

  @Test func `one encoder serves pictures of any size in turn`() throws {
    let encoder = try JPEGEncoder(quality: 75)
    let small = try encoder.encode(ramp(width: 32, height: 32))
    let large = try encoder.encode(ramp(width: 640, height: 360))
    #expect(try encoder.encode(ramp(width: 32, height: 32)) == small)
    #expect(try JPEGDecoder().decode(large).width == 640)
  }

  @Test func `better quality takes more bytes`() throws {
    let picture = ramp(width: 320, height: 180, blue: 90, red: 160)
    let sizes = try [10, 50, 90].map { try JPEGEncoder(quality: $0).encode(picture).count }
    #expect(sizes == sizes.sorted() && Set(sizes).count == 3)
  }

  @Test(arguments: [
    (320, 180, 320, 180), (160, 90, 160, 90), (100, 90, 120, 68), (1, 1, 40, 23),
    (5000, 5000, 320, 180), (161, 10, 40, 23),
  ])
  func `is decoded no larger than needed`(
    roomWidth: Int, roomHeight: Int, width: Int, height: Int
  ) throws {
    let jpeg = try JPEGEncoder(quality: 75).encode(ramp(width: 320, height: 180))
    let back = try JPEGDecoder().decode(jpeg, fitting: (roomWidth, roomHeight))
    #expect(back.width == width && back.height == height)
  }

  @Test(arguments: [0, 101, -1]) func `refuses a quality out of range`(quality: Int) {
    #expect {
      try JPEGEncoder(quality: quality)
    } throws: { "\($0)" == "encode JPEG quality \(quality): must be 1 to 100" }
  }

  @Test func `refuses a picture beyond the limit of JPEG`() throws {
    let encoder = try JPEGEncoder(quality: 75)
    #expect(throws: MediaError.self) { try encoder.encode(ramp(width: 65535, height: 1)) }
  }

  @Test(arguments: [
    [], [0xFF, 0xD8], Array("no picture".utf8), [UInt8](repeating: 0, count: 90),
  ])
  func `what isn't a JPEG is refused`(bytes: [UInt8]) throws {
    let decoder = try JPEGDecoder()
    #expect(throws: MediaError.self) { try decoder.decode(bytes) }
  }

  @Test func `a cut JPEG is shown as damaged`() throws {
    let jpeg = try JPEGEncoder(quality: 75).encode(ramp(width: 320, height: 180))
    let back = try JPEGDecoder().decode(Array(jpeg.prefix(jpeg.count * 2 / 3)))
    #expect(back.isDamaged && back.width == 320)
  }

  @Test func `no mutation of a JPEG crashes the decoder`() throws {
    let decoder = try JPEGDecoder()
    let jpeg = try JPEGEncoder(quality: 75).encode(ramp(width: 80, height: 60))
    for mutant in mutants(of: jpeg, count: 2000, seed: 1) {
      _ = try? decoder.decode(mutant, fitting: (64, 64))
    }
  }
}
