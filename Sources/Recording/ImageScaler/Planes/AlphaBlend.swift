// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// Lays a picture that can be seen through over mid grey.
///
/// At full size, before scaling: what is hidden must not bleed into what is seen beside it.
enum AlphaBlend {
  /// Lays it over grey.
  ///
  /// - Parameters:
  ///   - frame: As decoded; stays as it is.
  ///   - isFullRange: Whether black is 0; red, green and blue always are full range.
  /// - Returns: The picture, with its alpha left as it was; `nil` where it has none.
  /// - Throws: `ImageScaler.Fault` where memory is short.
  static func overGrey(_ frame: Frame, isFullRange: Bool) throws(ImageScaler.Fault) -> Frame? {
    let format = unsafe AVPixelFormat(rawValue: frame.pointer.pointee.format)
    guard let descriptor = unsafe av_pix_fmt_desc_get(format)?.pointee else { return nil }
    let isPalette = format == AV_PIX_FMT_PAL8
    let hasAlpha = unsafe descriptor.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0
    guard isPalette || hasAlpha else { return nil }
    if isPalette, !hasTransparency(palette: frame) { return nil }
    guard let copy = Frame(), unsafe av_frame_ref(copy.pointer, frame.pointer) >= 0,
      unsafe av_frame_make_writable(copy.pointer) >= 0
    else { throw ImageScaler.Fault(reason: "not enough memory") }
    copy.time = frame.time
    if isPalette {
      blend(palette: copy)
    } else {
      blend(copy, unsafe Layout(descriptor), isFullRange: isFullRange)
    }
    return copy
  }

  // MARK: Palettes

  private static func hasTransparency(palette frame: Frame) -> Bool {
    guard let entries = unsafe frame.pointer.pointee.data.1 else { return false }
    // Native 32 bits, alpha on top: the fourth byte.
    return (0..<256).contains { unsafe entries[4 * $0 + 3] != 255 }
  }

  private static func blend(palette frame: Frame) {
    guard let entries = unsafe frame.pointer.pointee.data.1 else { return }
    for entry in 0..<256 {
      let alpha = unsafe Int(entries[4 * entry + 3])
      for part in 4 * entry..<4 * entry + 3 {
        unsafe entries[part] = UInt8((Int(entries[part]) * alpha + 128 * (255 - alpha) + 127) / 255)
      }
    }
  }

  // MARK: Pictures

  /// Where the parts of a pixel lie.
  private struct Layout {
    struct Part {
      let plane: Int
      let step: Int
      let offset: Int
      /// Columns and rows are halved so many times.
      let narrow: Int
      let low: Int
      let isLuma: Bool
    }
    let colours: [Part]
    let alpha: Part
    /// Bits of each part.
    let depth: Int
    let isRGB: Bool

    init(_ descriptor: AVPixFmtDescriptor) {
      let all = unsafe descriptor.comp
      let list = [all.0, all.1, all.2, all.3].prefix(Int(unsafe descriptor.nb_components))
      isRGB = unsafe descriptor.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
      let (isRGB, narrow, low) = unsafe (
        isRGB, Int(descriptor.log2_chroma_w), Int(descriptor.log2_chroma_h)
      )
      let parts = list.enumerated().map { index, part in
        let isChroma = !isRGB && (index == 1 || index == 2) && list.count > 2
        return Part(
          plane: Int(part.plane), step: Int(part.step), offset: Int(part.offset),
          narrow: isChroma ? narrow : 0, low: isChroma ? low : 0, isLuma: !isRGB && index == 0)
      }
      alpha = parts[parts.count - 1]
      colours = Array(parts.dropLast())
      depth = Int(list.first?.depth ?? 8)
    }
  }

  private static func blend(_ frame: Frame, _ layout: Layout, isFullRange: Bool) {
    let most = (1 << layout.depth) - 1
    let black = isFullRange ? 0 : 16 << (layout.depth - 8)
    for part in layout.colours {
      // Limited range's middle lies between 16 and 235; colour differences have theirs at 128.
      let grey =
        part.isLuma && !isFullRange
        ? black + (219 << (layout.depth - 8)) / 2 : 1 << (layout.depth - 1)
      let rows = (frame.height + (1 << part.low) - 1) >> part.low
      let columns = (frame.width + (1 << part.narrow) - 1) >> part.narrow
      for row in 0..<rows {
        guard let colours = Row(frame, part, row: row, isDeep: layout.depth > 8),
          let alphas = Row(frame, layout.alpha, row: row << part.low, isDeep: layout.depth > 8)
        else { return }
        for column in 0..<columns {
          let alpha = alphas[column << part.narrow]
          if alpha == most { continue }
          let mixed = (colours[column] * alpha + grey * (most - alpha) + most / 2) / most
          colours.set(column, mixed)
        }
      }
    }
  }

  /// One part of a row's pixels; more than eight bits are two bytes, the lower one first.
  @safe private struct Row {
    let start: UnsafeMutablePointer<UInt8>
    let step: Int
    let isDeep: Bool

    init?(_ frame: Frame, _ part: Layout.Part, row: Int, isDeep: Bool) {
      let (data, lines) = unsafe (frame.pointer.pointee.data, frame.pointer.pointee.linesize)
      let planes = unsafe [data.0, data.1, data.2, data.3]
      let strides = [lines.0, lines.1, lines.2, lines.3]
      guard let plane = unsafe planes[part.plane] else { return nil }
      unsafe start = plane + row * Int(strides[part.plane]) + part.offset
      step = part.step
      self.isDeep = isDeep
    }

    subscript(column: Int) -> Int {
      let place = unsafe start + column * step
      return unsafe isDeep ? Int(place[0]) | Int(place[1]) << 8 : Int(place[0])
    }

    func set(_ column: Int, _ value: Int) {
      let place = unsafe start + column * step
      unsafe place[0] = UInt8(truncatingIfNeeded: value)
      if isDeep { unsafe place[1] = UInt8(truncatingIfNeeded: value >> 8) }
    }
  }
}
