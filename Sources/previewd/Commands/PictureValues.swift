// SPDX-License-Identifier: Apache-2.0
import Arguments
import Decoders
import Media
import Recording

/// Which pictures: the same names and ranges in every command.
struct PictureValues: Sendable {
  var interval = Duration.seconds(10)
  var widths = [320]
  var quality = 75
  var start = Duration.zero
  var end: Duration?
  var count: Int?
  var mode = PickMode.auto
  var skipsBlack = false
  var prefersScenes = false

  /// What a decoder is asked for.
  var request: DecodingRequest {
    var pictures = PreviewRequest(.preview)
    pictures.interval = interval
    pictures.width = widths.first ?? 320
    pictures.quality = quality
    pictures.start = start
    pictures.end = end
    pictures.count = count
    pictures.mode = PreviewRequest.Mode(rawValue: mode.rawValue) ?? .auto
    var request = DecodingRequest(pictures)
    request.otherWidths = Array(widths.dropFirst())
    request.skipsBlack = skipsBlack
    request.prefersScenes = prefersScenes
    return request
  }
}

extension ValueParser where Value == [Int] {
  /// Widths in pixels, `320` or `320,160`: one to eight, each once.
  static let widths = ValueParser { text throws(Refusal) in
    let range = PreviewSettings.widths
    let allowed = "\(range.lowerBound) to \(range.upperBound), or several such as 320,160"
    var widths: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let width = Int(part), range ~= width else { throw Refusal(allowed) }
      guard !widths.contains(where: { $0 / 2 == width / 2 }) else {
        throw Refusal("widths that differ: \(width) is there twice")
      }
      widths.append(width)
    }
    guard widths.count <= 8 else { throw Refusal("at most 8 widths") }
    return widths
  }
}
