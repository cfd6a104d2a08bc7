// SPDX-License-Identifier: Apache-2.0
import Glibc
import Recording

/// The recordings of `PREVIEW_MEDIA_DIR`, with `LIST.tsv` as ffprobe saw them.
enum Shelf {
  static let directory = unsafe getenv("PREVIEW_MEDIA_DIR").map { unsafe String(cString: $0) }

  /// Lines of the list, split; empty where there is no list.
  static let rows: [[String]] = {
    guard let directory else { return [] }
    let text = String(decoding: Shell.contents(of: "\(directory)/LIST.tsv"), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }()

  static let names = rows.compactMap(\.first)

  /// What isn't a recording with pictures, and why.
  static let refused: [String: RecordingError.Reason] = [
    "audio_only.mp3": .soundOnly, "audio_only_vorbis.ogg": .soundOnly, "coverart.mp3": .soundOnly,
    "ccerrors.ts": .notARecording, "made_empty.ts": .empty, "made_random.bin": .notARecording,
    "made_text.mp4": .notARecording, "made_truncated_nomoov.mp4": .unfinishedMP4,
    "made_zeros.mpg": .notARecording, "mpeg2_noparams_multi.ts": .scrambled,
    "novideo_epg.ts": .noVideo, "raw_dirac.drc": .notARecording,
  ]
  /// What was overwritten, or cut within a picture.
  static let damaged: Set = [
    "made_corrupt_mpeg1.mpg", "made_corrupt_mpeg2.ts", "dvb_mpeg2_576i_sar64-45.ts",
    "dvb_multiprogram_h264.ts", "dvb_multiprogram_mpeg2.ts", "made_truncated.ts",
  ]
  /// What opens, but holds nothing that can be decoded.
  static let undecodable: Set = ["onepixel.avi", "vp9_invalid.webm"]
}
