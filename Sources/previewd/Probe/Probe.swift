// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc
import Media
import Recording

/// `previewd probe`: prints the facts; the exit code.
func probe(_ values: ProbeValues) -> Int32 {
  do throws(RecordingError) {
    let facts = try RecordingFacts.read(path: values.file)
    print(values.json ? facts.json.line : facts.text)
    return 0
  } catch {
    complain("previewd: \(error)")
    return error.exitCode
  }
}

extension RecordingError {
  /// 66 where there is no input to speak of, else 1.
  var exitCode: Int32 {
    switch reason {
    case .missing, .notPermitted, .notAFile, .empty: 66
    case .system: 74
    default: 1
    }
  }
}

extension RecordingFacts {
  private var seconds: String { duration.map(\.decimalSeconds) ?? "unknown" }

  /// For people: a fact a line.
  var text: String {
    var lines = [
      ("recording", name), ("container", container), ("bytes", "\(bytes)"),
      ("duration", duration == nil ? seconds : seconds + " s"),
      ("starts at", startTime.decimalSeconds + " s"),
    ]
    lines += pictureLines
    if let rate = video.frameRate { lines.append(("rate", "\(rate.value) pictures a second")) }
    lines.append(
      ("sound", sound.map { "\($0.codec), \($0.sampleRate) Hz, \($0.channels) channels" } ?? "none")
    )
    if let title { lines.append(("title", title)) }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { $0 + String(repeating: " ", count: width - $0.count + 2) + Self.shown($1) }
      .joined(separator: "\n")
  }

  private var pictureLines: [(String, String)] {
    let coding = "\(video.codec), \(video.codedWidth)x\(video.codedHeight), \(video.pixelFormat)"
    switch pictures {
    case .waveform: return [("pictures", "none: drawn of the sound (waveform)")]
    case .cover: return [("pictures", "the cover for all: \(coding)")]
    case .moving: break
    }
    let mirrored = video.isMirrored ? ", mirrored" : ""
    let turned = video.quarterTurns == 0 ? "" : ", turned by \(video.quarterTurns * 90) degrees"
    return [
      ("pictures", coding + (video.isInterlaced ? ", interlaced" : "")),
      (
        "shown as",
        "\(video.displayWidth)x\(video.displayHeight) (pixels \(video.sampleAspect)\(mirrored)\(turned))"
      ),
    ]
  }

  /// A file's own words, without what would drive a terminal.
  private static func shown(_ text: String) -> String {
    String(
      text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
  }

  /// For programs.
  var json: JSONText {
    .object([
      "recording": .text(name),
      "container": .text(container),
      "bytes": .number(Int(bytes)),
      "duration": duration.map { .decimal($0 / .seconds(1)) } ?? .null,
      "start_time": .decimal(startTime / .seconds(1)),
      "pictures": .text(pictures.rawValue),
      "video": .object([
        "codec": .text(video.codec),
        "coded_width": .number(video.codedWidth),
        "coded_height": .number(video.codedHeight),
        "width": .number(video.displayWidth),
        "height": .number(video.displayHeight),
        "sample_aspect_ratio": .text("\(video.sampleAspect)"),
        "mirrored": .flag(video.isMirrored),
        "rotation": .number(video.quarterTurns * 90),
        "frame_rate": video.frameRate.map { .decimal($0.value) } ?? .null,
        "interlaced": .flag(video.isInterlaced),
        "pixel_format": .text(video.pixelFormat),
      ]),
      "sound": sound.map {
        .object([
          "codec": .text($0.codec), "sample_rate": .number($0.sampleRate),
          "channels": .number($0.channels),
        ])
      } ?? .null,
      "title": JSONText(title),
      "metadata": .list(
        metadata.map { .object(["name": .text($0.name), "value": .text($0.value)]) }),
    ])
  }
}
