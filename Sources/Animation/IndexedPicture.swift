// SPDX-License-Identifier: Apache-2.0
import Media

/// A picture in 256 colours of its own, dithered by handing each pixel's error on to its neighbours
/// (Floyd and Steinberg), row by row to and fro.
struct IndexedPicture {
  /// 256 colours, `0xAARRGGBB`.
  let palette: [UInt32]
  /// A colour's place for each pixel, rows from the top.
  let places: [UInt8]

  /// Chooses the colours for a picture.
  init(_ picture: Picture) {
    let pixels = Self.pixels(of: picture)
    var colours = Palette(pixels)
    places = Self.dithered(pixels, width: picture.width, height: picture.height, &colours)
    let words = colours.colours.map { colour in
      0xFF00_0000 | UInt32(colour.x) << 16 | UInt32(colour.y) << 8 | UInt32(colour.z)
    }
    palette = words + Array(repeating: 0xFF00_0000, count: 256 - words.count)
  }

  private static func dithered(
    _ pixels: [Palette.Colour], width: Int, height: Int, _ palette: inout Palette
  ) -> [UInt8] {
    var places = [UInt8](repeating: 0, count: width * height)
    // Errors in sixteenths for this row and the next, with a column to spare on either side.
    var here = [Palette.Colour](repeating: .zero, count: width + 2)
    var below = here
    for row in 0..<height {
      let step = row % 2 == 0 ? 1 : -1
      var column = step > 0 ? 0 : width - 1
      while 0..<width ~= column {
        let wanted = pixels[row * width + column] &+ (here[column + 1] &+ 8) &>> 4
        let shown = wanted.clamped(lowerBound: .zero, upperBound: Palette.Colour(repeating: 255))
        let place = palette.place(of: shown)
        places[row * width + column] = UInt8(place)
        let error = shown &- palette.colours[place]
        here[column + 1 + step] &+= error &* 7
        below[column + 1 - step] &+= error &* 3
        below[column + 1] &+= error &* 5
        below[column + 1 + step] &+= error
        column += step
      }
      swap(&here, &below)
      for column in below.indices { below[column] = .zero }
    }
    return places
  }

  private static func pixels(of picture: Picture) -> [Palette.Colour] {
    picture.withPlanes { luma, blue, red in
      var pixels: [Palette.Colour] = []
      pixels.reserveCapacity(picture.width * picture.height)
      for row in 0..<picture.height {
        for column in 0..<picture.width {
          let chroma = row / 2 * picture.chromaStride + column / 2
          let y = unsafe Int32(luma[row * picture.lumaStride + column]) << 16 + 0x8000
          let (u, v) = unsafe (Int32(blue[chroma]) - 128, Int32(red[chroma]) - 128)
          // JFIF's own figures in 65536ths.
          let colour = Palette.Colour(
            (y + 91_881 * v) >> 16, (y - 22_554 * u - 46_802 * v) >> 16, (y + 116_130 * u) >> 16)
          pixels.append(
            colour.clamped(lowerBound: .zero, upperBound: Palette.Colour(repeating: 255)))
        }
      }
      return pixels
    }
  }
}
