// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// Makes one picture of one time out of the two fields of an interlaced one.
///
/// The lines of the field shown first stay. The others are kept where they fit between these (nothing
/// moved there, or both fields are of one time, as of films), else calculated of two lines above and
/// two below. Edge-directed interpolation came out worse: docs/PICTURES.md has the figures.
enum Deinterlacer {
  /// A new picture of full height, or `nil` where the format isn't planar or memory is short.
  static func whole(of frame: Frame, field: FramePlanes.Field) -> Frame? {
    let decoded = unsafe frame.pointer.pointee
    let format = unsafe AVPixelFormat(rawValue: decoded.format)
    guard let descriptor = unsafe av_pix_fmt_desc_get(format)?.pointee,
      let depth = unsafe depth(of: descriptor), let copy = Frame()
    else { return nil }
    unsafe copy.pointer.pointee.format = decoded.format
    unsafe copy.pointer.pointee.width = decoded.width
    unsafe copy.pointer.pointee.height = decoded.height
    guard unsafe av_frame_get_buffer(copy.pointer, 0) >= 0,
      unsafe av_frame_copy_props(copy.pointer, frame.pointer) >= 0,
      unsafe av_frame_copy(copy.pointer, frame.pointer) >= 0
    else { return nil }
    copy.time = frame.time
    let components = unsafe Int(descriptor.nb_components)
    let (data, lines) = unsafe (copy.pointer.pointee.data, copy.pointer.pointee.linesize)
    let planes = unsafe [data.0, data.1, data.2]
    let strides = [Int(lines.0), Int(lines.1), Int(lines.2)]
    for index in 0..<min(components, 3) {
      guard let plane = unsafe planes[index] else { return nil }
      let (narrow, low) =
        index == 0
        ? (0, 0) : unsafe (Int(descriptor.log2_chroma_w), Int(descriptor.log2_chroma_h))
      let columns = (frame.width + (1 << narrow) - 1) >> narrow
      let rows = (frame.height + (1 << low) - 1) >> low
      if depth == 8 {
        unsafe Field(plane, stride: strides[index], columns: columns, rows: rows, depth: depth)
          .fill(keeping: field)
      } else {
        let wide = unsafe UnsafeMutableRawPointer(plane).assumingMemoryBound(to: UInt16.self)
        unsafe Field(
          wide, stride: strides[index] / 2, columns: columns, rows: rows, depth: depth
        ).fill(keeping: field)
      }
    }
    return copy
  }

  /// Bits of each plane's values; `nil` where planes hold several parts of a pixel, or odd orders.
  private static func depth(of descriptor: AVPixFmtDescriptor) -> Int? {
    let flags = unsafe descriptor.flags
    let unfit = UInt64(
      AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM
        | AV_PIX_FMT_FLAG_FLOAT)
    guard flags & unfit == 0 else { return nil }
    let all = unsafe descriptor.comp
    let parts = unsafe [all.0, all.1, all.2].prefix(min(Int(descriptor.nb_components), 3))
    let depth = Int(parts.first?.depth ?? 0)
    let isPlanar = parts.enumerated().allSatisfy { index, part in
      part.plane == index && part.step == (depth > 8 ? 2 : 1) && part.shift == 0
    }
    return isPlanar && 8...16 ~= depth ? depth : nil
  }
}

/// One plane whose second field's lines are filled.
@safe private struct Field<Value: FixedWidthInteger & UnsignedInteger> {
  let start: UnsafeMutablePointer<Value>
  let stride: Int
  let columns: Int
  let rows: Int
  let depth: Int

  init(_ start: UnsafeMutablePointer<Value>, stride: Int, columns: Int, rows: Int, depth: Int) {
    unsafe self.start = start
    self.stride = stride
    self.columns = columns
    self.rows = rows
    self.depth = depth
  }

  func fill(keeping field: FramePlanes.Field) {
    guard rows >= 4 else { return }
    let first = field == .top ? 0 : 1
    // A line is judged before it is filled, and by its woven neighbours: by marks, a byte each.
    var marks = [UInt8](repeating: 0, count: columns)
    for row in Swift.stride(from: 1 - first, to: rows, by: 2) {
      guard mark(row, &marks) else { continue }
      let (above, below) = unsafe (line(row - 1, first), line(row + 1, first))
      let (farAbove, farBelow) = unsafe (line(row - 3, first), line(row + 3, first))
      let target = unsafe start + row * stride
      let most = Int32(1) << Int32(depth) - 1
      unsafe marks.withUnsafeBufferPointer { marks in
        for column in 0..<columns where unsafe marks[column] != 0 {
          let near = unsafe Int32(above[column]) &+ Int32(below[column])
          let far = unsafe Int32(farAbove[column]) &+ Int32(farBelow[column])
          let value = (9 &* near &- far &+ 8) >> 4
          unsafe target[column] = Value(truncatingIfNeeded: min(max(value, 0), most))
        }
      }
    }
  }

  /// The nearest line of the field that is kept.
  private func line(_ row: Int, _ first: Int) -> UnsafeMutablePointer<Value> {
    let last = rows - 1 - ((rows - 1 - first) & 1)
    return unsafe start + min(max(row, first), last) * stride
  }

  /// Marks where the line stands out from both lines beside it, and what is near to that.
  ///
  /// - Returns: Whether it does anywhere.
  private func mark(_ row: Int, _ marks: inout [UInt8]) -> Bool {
    let limit = Int32(Combs.step) << Int32(2 * (depth - 8))
    var found = false
    let above = unsafe start + max(row - 1, row == 0 ? 1 : 0) * stride
    let below = unsafe start + (row + 1 < rows ? row + 1 : row - 1) * stride
    let here = unsafe start + row * stride
    var reach = 0
    for column in 0..<columns {
      let value = unsafe Int32(here[column])
      let up = unsafe value &- Int32(above[column])
      let down = unsafe value &- Int32(below[column])
      if up &* down > limit {
        found = true
        let from = max(column - Combs.reach, 0)
        for near in from...column { marks[near] = 1 }
        reach = Combs.reach
      } else {
        marks[column] = reach > 0 ? 1 : 0
        reach -= 1
      }
    }
    return found
  }
}

/// What counts as a comb.
private enum Combs {
  /// The product of both differences, of values of 8 bits.
  static let step = 36
  /// Columns beside it that are calculated too.
  static let reach = 7
}
