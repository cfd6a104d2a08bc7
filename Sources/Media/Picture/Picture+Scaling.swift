// SPDX-License-Identifier: Apache-2.0

/// A plane without padding.
struct BytePlane {
  let bytes: [UInt8]
  let size: (width: Int, height: Int)

  /// Writes the plane in another size: each pixel is the mean of the area it stands for.
  @safe func average(
    to target: Picture.Canvas, _ wanted: (width: Int, height: Int), stride: Int
  ) {
    let columns = Self.spans(from: size.width, to: wanted.width)
    let rows = Self.spans(from: size.height, to: wanted.height)
    for (y, row) in rows.enumerated() {
      for (x, column) in columns.enumerated() {
        unsafe target[y * stride + x] = mean(columns: column, rows: row)
      }
    }
  }

  /// The upper left part; columns and rows that there aren't repeat the last.
  func cut(to wanted: (width: Int, height: Int)) -> BytePlane {
    guard wanted != size else { return self }
    var cut: [UInt8] = []
    cut.reserveCapacity(wanted.width * wanted.height)
    for row in 0..<wanted.height {
      let start = min(row, size.height - 1) * size.width
      for column in 0..<wanted.width { cut.append(bytes[start + min(column, size.width - 1)]) }
    }
    return BytePlane(bytes: cut, size: wanted)
  }

  private func mean(columns: Span, rows: Span) -> UInt8 {
    var sum = 0
    var weights = 0
    for (place, weight) in rows {
      for (index, share) in columns {
        sum += Int(bytes[place * size.width + index]) * weight * share
        weights += weight * share
      }
    }
    return UInt8(clamping: (sum + weights / 2) / max(weights, 1))
  }

  /// Places of the old size with their weights.
  private typealias Span = [(place: Int, weight: Int)]

  /// What each place of a new size covers of the old one; sums of weights are equal.
  private static func spans(from old: Int, to new: Int) -> [Span] {
    guard new < old else {
      // Enlarged: between the two nearest centres, in 256ths.
      return (0..<new).map { place in
        let centre = max(0, ((2 * place + 1) * old * 128 / new) - 128)
        let (first, rest) = (min(centre >> 8, old - 1), centre & 255)
        let second = min(first + 1, old - 1)
        return [(first, 256 - rest), (second, rest)].filter { $0.1 > 0 }
      }
    }
    return (0..<new).map { place in
      let (start, end) = (place * old, (place + 1) * old)
      return (start / new...(end - 1) / new).map { index in
        (index, min(end, (index + 1) * new) - max(start, index * new))
      }
    }
  }
}

extension Picture {
  /// The upper left part of a picture.
  public func cut(width: Int, height: Int) -> Picture {
    Picture(canvas: width, height: height) { canvas in canvas.draw(self, x: 0, y: 0) }
  }

  /// The picture in another size: the mean of areas where smaller, smooth where larger.
  ///
  /// Meant for single pictures that don't fit among others; it takes milliseconds.
  public func scaled(width: Int, height: Int) -> Picture {
    guard (width, height) != (self.width, self.height) else { return self }
    let strides = Picture.strides(width: width)
    let planes = withPlanes { luma, blue, red in
      let half = (chromaWidth, chromaHeight)
      return unsafe [
        packed(luma, (self.width, self.height), lumaStride), packed(blue, half, chromaStride),
        packed(red, half, chromaStride),
      ]
    }
    return Picture(width: width, height: height) { luma, blue, red in
      let half = ((width + 1) / 2, (height + 1) / 2)
      planes[0].average(to: luma, (width, height), stride: strides.luma)
      planes[1].average(to: blue, half, stride: strides.chroma)
      planes[2].average(to: red, half, stride: strides.chroma)
    }
  }

  private func packed(
    _ plane: Plane, _ size: (width: Int, height: Int), _ stride: Int
  ) -> BytePlane {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size.width * size.height)
    for row in 0..<size.height {
      unsafe bytes.append(contentsOf: plane[row * stride..<row * stride + size.width])
    }
    return BytePlane(bytes: bytes, size: size)
  }
}
