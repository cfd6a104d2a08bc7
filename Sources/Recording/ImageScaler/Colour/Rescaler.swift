// SPDX-License-Identifier: Apache-2.0
import CFFmpeg

/// The one owner of a libswscale context; what it sets up for one task stays for the next like it.
@safe final class Rescaler {
  /// What is scaled to what.
  struct Task: Equatable {
    var width: Int
    var height: Int
    var format: AVPixelFormat
    var newWidth: Int
    var newHeight: Int
    var newFormat: AVPixelFormat
    /// Whether swscale takes the source's numbers for full range, and the result's; equal: no change.
    var range: (from: Bool, to: Bool) = (false, false)
    /// Where chroma lies, in 1/256 of a luma pixel right of and below the first luma pixel.
    var chromaPlace: (column: Int, row: Int) = (middle, middle)
    /// In the middle of the luma pixels that it colours.
    static let middle = -513

    static func == (one: Task, other: Task) -> Bool {
      one.width == other.width && one.height == other.height && one.format == other.format
        && one.newWidth == other.newWidth && one.newHeight == other.newHeight
        && one.newFormat == other.newFormat && one.range == other.range
        && one.chromaPlace == other.chromaPlace
    }
  }

  private var context: OpaquePointer?
  private var task: Task?

  deinit { unsafe sws_freeContext(context) }

  /// Sets up for a task.
  ///
  /// - Throws: `ImageScaler.Fault` where libswscale doesn't know the format.
  func prepare(_ task: Task) throws(ImageScaler.Fault) {
    if task == self.task { return }
    unsafe sws_freeContext(context)
    unsafe context = sws_alloc_context()
    self.task = nil
    // Averaging areas keeps thin lines when shrinking; it is blocky when enlarging.
    let isShrinking = task.newHeight <= task.height && task.newWidth <= task.width
    let options: [(String, Int)] = [
      ("srcw", task.width), ("srch", task.height), ("src_format", Int(task.format.rawValue)),
      ("dstw", task.newWidth), ("dsth", task.newHeight),
      ("dst_format", Int(task.newFormat.rawValue)),
      ("sws_flags", Int(isShrinking ? SWS_AREA : SWS_BICUBIC)),
      ("src_range", task.range.from ? 1 : 0), ("dst_range", task.range.to ? 1 : 0),
      ("src_h_chr_pos", task.chromaPlace.column), ("src_v_chr_pos", task.chromaPlace.row),
    ]
    let raw = unsafe UnsafeMutableRawPointer(context)
    var isSet = unsafe context != nil
    for (name, value) in options where isSet {
      isSet = unsafe av_opt_set_int(raw, name, Int64(value), 0) >= 0
    }
    guard isSet, unsafe sws_init_context(context, nil, nil) >= 0 else {
      throw ImageScaler.Fault(reason: "pixel format \(task.format.rawValue) can't be scaled")
    }
    self.task = task
  }

  /// Scales, as prepared.
  ///
  /// - Parameters:
  ///   - source: What was announced as the task's source.
  ///   - planes: Where each plane of the result begins.
  ///   - strides: Bytes a row of each.
  /// - Throws: `ImageScaler.Fault` where nothing comes out.
  func scale(
    _ source: FramePlanes, into planes: [UnsafeMutablePointer<UInt8>?], strides: [Int32]
  ) throws(ImageScaler.Fault) {
    let rows = unsafe sws_scale(
      context, source.planes, source.strides, 0, Int32(source.height), planes, strides)
    guard rows > 0 else { throw ImageScaler.Fault(reason: "scaling gave nothing") }
  }
}
