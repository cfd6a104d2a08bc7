// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

/// A short clip whose pictures have their number drawn in, made by `Tests/Clips/make-barcodes.sh`.
struct BarcodeClip: Sendable, CustomStringConvertible {
  /// A picture in order of showing.
  struct Picture {
    let number: Int
    /// Microseconds from the clip's first picture.
    let time: Int64
    let isKey: Bool
  }

  let name: String

  var description: String { name }

  /// Its container, codec and coding, then what is peculiar to its times.
  static let all: [BarcodeClip] = [
    "mpeg1.mpg", "mpeg1_late.mpg", "mpeg1_wrap.mpg", "mpeg2.ts", "mpeg2_late.ts",
    "mpeg2_wrap.ts", "mpeg2_interlaced.ts", "mpeg2.vob", "mpeg2_late.vob", "mpeg2_wrap.vob",
    "h264_open.ts", "h264_late.ts", "h264_wrap.ts", "h264_fields.ts", "h264_fields_wrap.ts",
    "h264_fake.ts", "h264_refresh.ts", "h264_pyramid.ts", "h264_pyramid.mp4", "h264_pyramid.mkv",
    "h264_pyramid.flv", "h264_late.mp4", "h264_late.mkv", "h264_fragments.mp4", "h264_open.mp4",
    "h264_open.mkv", "h264_one_key.mp4", "h264_intra.mp4", "h264_edited.mp4", "hevc_open.mkv",
    "hevc_open.mp4", "hevc_open.ts", "hevc_late.ts", "hevc_wrap.ts", "vp9.webm", "vp9.mp4",
    "vp9_late.mkv", "vp9_hidden.webm", "vp8.webm", "asp.avi", "asp_packed.avi", "asp.mp4",
    "asp_edited.mp4", "mjpeg.avi", "uneven.mkv", "uneven.mp4", "uneven.ts", "uneven.webm",
  ].map(BarcodeClip.init(name:))

  /// Those that begin in the middle of a group of pictures.
  static let cut = ["mpeg2_cut.ts", "h264_open_cut.ts", "h264_fields_cut.ts", "hevc_open_cut.ts"]
    .map(BarcodeClip.init(name:))

  private static let folder: String =
    Shell.lines("Tests/Clips/make-barcodes.sh .build/barcode-clips").last ?? ""

  private static let missing: [String] = Shell.lines("cat \(Shell.quoted(folder))/missing")

  var path: String { "\(Self.folder)/\(name)" }

  /// Why it can't be made here; `nil` where it is there.
  var reasonMissing: String? {
    if let line = Self.missing.first(where: { $0.hasPrefix("\(name):") }) { return line }
    return unsafe access(path, R_OK) == 0 ? nil : "\(name) was not made"
  }

  /// Its pictures as they were made; ffprobe tells how many there are and which are key pictures.
  var pictures: [Picture] {
    let first = name.contains("edited") ? 75 : 0
    return Shell.lines("cat \(Shell.quoted(path)).pictures").enumerated().map { index, line in
      Picture(
        number: first + index, time: time(of: index),
        isKey: line.hasSuffix(" 1"))
    }
  }

  private func time(of index: Int) -> Int64 {
    if name.hasPrefix("uneven") {
      let hole = index < 400 ? 0 : 3000
      return Int64(index * 40 + index % 3 * 15 + hole) * 1000
    }
    // libxvid begins a packed stream with two empty chunks, which only pass time.
    let empty = name.contains("packed") && index > 0 ? 2 : 0
    return Int64(index + empty) * 40_000
  }

  /// The number drawn in a picture.
  ///
  /// - Returns: `nil` where the blocks don't make sense.
  static func number(in jpeg: [UInt8]) throws -> Int? {
    let picture = try JPEGDecoder().decode(jpeg)
    var code = 0
    for bit in 0..<16 {
      let column = (2 * bit + 1) * picture.width / 32
      let pixel = 3 * (picture.height / 4 * picture.width + column)
      let luma =
        (299 * Int(picture.pixels[pixel]) + 587 * Int(picture.pixels[pixel + 1])
          + 114 * Int(picture.pixels[pixel + 2])) / 1000
      if (80...175).contains(luma) { return nil }
      if luma > 127 { code |= 1 << bit }
    }
    let number = code & 4095
    return number % 13 == code >> 12 ? number : nil
  }
}
