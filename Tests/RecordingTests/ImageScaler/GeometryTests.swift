// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

@testable import Recording

struct GeometryTests {
  @Test(
    arguments: [
      (720, 576, 64.0 / 45, 0, 320, 320, 180), (352, 234, 1, 0, 320, 320, 212),
      (1920, 1080, 1, 1, 320, 320, 568), (161, 121, 1, 0, 320, 320, 240),
      (720, 480, 11.0 / 12, 0, 321, 320, 232), (1, 1, 1, 0, 16, 16, 16),
      (4, 16_000, 1, 0, 320, 320, 8192), (16_000, 2, 1, 0, 320, 320, 2),
    ] as [(Int, Int, Double, Int, Int, Int, Int)])
  func `pictures come out upright, with square pixels and even sides`(
    width: Int, height: Int, aspect: Double, turns: Int, asked: Int, outWidth: Int, outHeight: Int
  ) {
    let display = Geometry.displaySize(
      width: width, height: height, sampleAspect: aspect, quarterTurns: turns)
    let size = Geometry.outputSize(
      askedWidth: asked, displayWidth: display.width, displayHeight: display.height)
    #expect(size == (outWidth, outHeight))
  }

  func mapped(_ map: ColourMap, _ y: UInt8, _ u: UInt8, _ v: UInt8) -> [UInt8] {
    var (luma, blue, red) = ([UInt8](repeating: y, count: 4), [u], [v])
    unsafe luma.withUnsafeMutableBufferPointer { luma in
      unsafe blue.withUnsafeMutableBufferPointer { blue in
        unsafe red.withUnsafeMutableBufferPointer { red in
          unsafe map.apply(
            luma: luma, blue: blue, red: red, width: 2, height: 2, lumaStride: 2, chromaStride: 1)
        }
      }
    }
    return [luma[3], blue[0], red[0]]
  }

  // Pure colours, as BT.709 and BT.601 code them in limited range (ITU-R BT.709-6, BT.601-7),
  // and as JFIF does.
  @Test(
    arguments: [
      ([235, 128, 128], [255, 128, 128]), ([16, 128, 128], [0, 128, 128]),
      ([63, 102, 240], [76, 85, 255]), ([173, 42, 26], [150, 44, 21]),
      ([32, 240, 118], [29, 255, 107]),
    ] as [([UInt8], [UInt8])])
  func `high definition colours become those of JPEG`(coded: [UInt8], expected: [UInt8]) {
    let map = ColourMap(matrix: .bt709, isFullRange: false)
    let result = mapped(map, coded[0], coded[1], coded[2])
    for (value, wanted) in zip(result, expected) { #expect(abs(Int(value) - Int(wanted)) <= 2) }
  }

  @Test func `full range BT.601 stays as it is`() {
    let map = ColourMap(matrix: .bt601, isFullRange: true)
    #expect(map.isIdentity)
    #expect(mapped(map, 3, 250, 7) == [3, 250, 7])
  }

  @Test(arguments: 0...3)
  func `turning by quarters moves the upper left corner clockwise`(quarters: Int) {
    let picture = Picture(width: 4, height: 2) { luma, _, _ in unsafe luma[0] = 200 }
    let turned = picture.turned(quarters: quarters)
    #expect((turned.width, turned.height) == (quarters % 2 == 0 ? (4, 2) : (2, 4)))
    let corners = [(0, 0), (1, 0), (3, 1), (0, 3)]
    let (column, row) = corners[quarters]
    turned.withPlanes { luma, _, _ in
      #expect(unsafe luma[row * turned.lumaStride + column] == 200)
    }
  }
}
