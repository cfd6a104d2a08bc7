// SPDX-License-Identifier: Apache-2.0
import Foundation
import Media

/// Answers and files that the tests work with.
enum Material {
  /// A JPEG, 64 by 36, darker from picture to picture.
  static func jpeg(_ number: Int) throws -> [UInt8] {
    let picture = Picture(width: 64, height: 36) { luma, blue, red in
      unsafe luma.update(repeating: UInt8(clamping: 230 - 20 * number))
      unsafe blue.update(repeating: 128)
      unsafe red.update(repeating: 128)
    }
    return try JPEGEncoder(quality: 75).encode(picture)
  }

  /// An answer of pictures for these slots, 10 s apart; a gap carries the flag.
  static func pictures(
    _ slots: [Int], title: String = "film.mpg", firstSlot: Int = 0, count: Int? = 6
  ) throws -> [PreviewFrame] {
    let description = PreviewDescription(
      title: title, duration: .seconds(60), container: "mpeg", videoCodec: "mpeg1video",
      pictures: .init(
        width: 64, height: 36, interval: .seconds(10), mode: .exact, firstSlot: firstSlot,
        slots: count))
    var frames = [PreviewFrame(kind: .description, payload: description.payload)]
    var last = firstSlot - 1
    for slot in slots {
      frames.append(
        PreviewFrame(
          kind: .picture, flags: slot == last + 1 ? [] : .discontinuity,
          time: Int64(slot) * 10_000_000 + 40_000, payload: try jpeg(slot)))
      last = slot
    }
    return frames + [PreviewFrame(kind: .heartbeat)]
  }

  static func end(
    _ status: PreviewEnd.Status = .complete, reason: String? = nil, missed: Int = 0
  ) -> PreviewFrame {
    PreviewFrame(
      kind: .end,
      payload: PreviewEnd(status, reason: reason, framesSent: 0, slotsMissed: missed).payload)
  }

  static func error(
    _ code: PreviewFailure.Code, _ reason: String, advice: String? = nil
  ) -> PreviewFrame {
    PreviewFrame(
      kind: .error, payload: PreviewFailure(code, reason: reason, advice: advice).payload)
  }

  /// An Ogg Vorbis stream made by oggenc: so many samples of a tone with steps.
  static func vorbis(frames: Int, rate: Int, channels: Int, serial: Int = 1) throws -> [UInt8] {
    let samples: [UInt8] = (0..<frames * channels).flatMap { index -> [UInt8] in
      let value = Int16((index / channels * (index % channels + 3) % 97) * 300 - 14_000)
      return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    let finished = try Program.oggenc.run(
      [
        "-Q", "-r", "-R", "\(rate)", "-C", "\(channels)", "-B", "16", "-q", "4", "-s", "\(serial)",
        "-o", "-", "-",
      ], input: samples)
    guard finished.exitCode == 0 else { throw Program.Failed(what: "oggenc: \(finished.errors)") }
    return finished.outputBytes
  }

  /// The samples that oggdec makes of a file: `oggdec -Q -R -e 0 -s 1 -b 16 -o - FILE`.
  static func oggdec(_ file: String) throws -> [UInt8] {
    let finished = try Program.oggdec.run(
      ["-Q", "-R", "-e", "0", "-s", "1", "-b", "16", "-o", "-", file])
    guard finished.exitCode == 0 else { throw Program.Failed(what: "oggdec: \(finished.errors)") }
    return finished.outputBytes
  }

  static let haveVorbisTools = Program.oggenc.isThere && Program.oggdec.isThere
}

/// A folder that is removed afterwards.
func withFolder<Value>(_ body: (_ folder: String) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func readFile(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

func writeFile(_ bytes: [UInt8], _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Names in a folder, hidden ones too, sorted.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
