// SPDX-License-Identifier: Apache-2.0
import CFFmpeg
import Glibc

/// How a coded picture comes to stand upright: mirrored or not, then turned.
struct Orientation: Equatable {
  /// Left and right change places first.
  let isMirrored: Bool
  /// Clockwise, 0...3.
  let quarterTurns: Int

  /// Reads what a container says.
  init(of stream: UnsafeMutablePointer<AVStream>) {
    var size = 0
    guard
      let data = unsafe av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size),
      size >= 9 * 4
    else {
      self.init(matrix: [65536, 0, 0, 65536])
      return
    }
    let numbers = UnsafeRawPointer(data)
    let matrix = [0, 1, 3, 4].map { place in
      unsafe Double(numbers.loadUnaligned(fromByteOffset: 4 * place, as: Int32.self))
    }
    self.init(matrix: matrix)
  }

  /// Reads a display matrix: where one step right and one step down lead, right and down.
  init(matrix: [Double]) {
    let (a, b, c, d) = (matrix[0], matrix[1], matrix[2], matrix[3])
    isMirrored = a * d - b * c < 0
    let angle = isMirrored ? atan2(-b, -a) : atan2(b, a)
    quarterTurns = (Int((angle / (.pi / 2)).rounded()) % 4 + 4) % 4
  }
}
