// SPDX-License-Identifier: Apache-2.0
import Media
import Testing

struct Refusal: Error {}

@Suite struct PictureTests {
  @Test(arguments: [(1, 1, 1, 1), (2, 2, 1, 1), (321, 181, 161, 91), (320, 180, 160, 90)])
  func `chroma planes are half the size rounded up`(
    width: Int, height: Int, chromaWidth: Int, chromaHeight: Int
  ) {
    let picture = Picture(width: width, height: height) { luma, blue, red in
      let strides = Picture.strides(width: width)
      #expect(luma.count == strides.luma * height)
      #expect(blue.count == strides.chroma * chromaHeight && red.count == blue.count)
    }
    #expect(picture.chromaWidth == chromaWidth && picture.chromaHeight == chromaHeight)
    #expect(picture.lumaStride >= width && picture.chromaStride >= chromaWidth)
  }

  @Test func `what was drawn is what is read`() {
    let picture = Picture(width: 5, height: 3) { luma, blue, red in
      for index in luma.indices { unsafe luma[index] = UInt8(index % 251) }
      unsafe blue.update(repeating: 7)
      unsafe red.update(repeating: 9)
    }
    picture.withPlanes { luma, blue, red in
      #expect(unsafe luma[2 * picture.lumaStride + 4] == UInt8((2 * picture.lumaStride + 4) % 251))
      #expect(unsafe blue.allSatisfy { $0 == 7 } && red.allSatisfy { $0 == 9 })
    }
  }

  @Test func `a picture that isn't drawn is black`() {
    Picture(width: 9, height: 9) { _, _, _ in }.withPlanes { luma, blue, red in
      #expect(unsafe luma.allSatisfy { $0 == 0 })
      #expect(unsafe blue.allSatisfy { $0 == 128 } && red.allSatisfy { $0 == 128 })
    }
  }

  @Test func `many may read one picture at once`() async throws {
    let picture = ramp(width: 320, height: 180)
    let jpegs = try await withThrowingTaskGroup { group in
      for _ in 0..<16 { group.addTask { try JPEGEncoder(quality: 75).encode(picture) } }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(jpegs.count == 1)
  }

  @Test func `an error while drawing leaves no picture`() {
    #expect(throws: Refusal.self) {
      _ = try Picture(width: 16, height: 16) { _, _, _ throws(Refusal) in throw Refusal() }
    }
  }
}
