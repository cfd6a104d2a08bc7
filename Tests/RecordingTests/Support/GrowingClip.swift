// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Twenty seconds of video and sound in each container that recorders write as they go.
enum GrowingClip: String, CaseIterable, Sendable {
  case mpeg2TS = "mpeg2.ts"
  case h264TS = "h264.ts"
  case mpegPS = "mpeg2.mpg"
  case aspAVI = "asp.avi"
  case h264FLV = "h264.flv"
  case theoraOgg = "theora.ogv"
  case h264MKV = "h264.mkv"
  case vp8WebM = "vp8.webm"
  case fragmentedMP4 = "fragments.mp4"

  var ending: String { rawValue.split(separator: ".").last.map(String.init) ?? "" }

  /// Where the clip lies, made now if it has never been.
  var path: String { Self.paths[self] ?? "" }

  private static let paths: [GrowingClip: String] = {
    let directory = ".build/recording-test-clips/growing"
    _ = unsafe system("mkdir -p \(directory)")
    var paths: [GrowingClip: String] = [:]
    for clip in allCases {
      let path = "\(directory)/\(clip.rawValue)"
      paths[clip] = path
      if unsafe access(path, R_OK) == 0 { continue }
      let temporary = "\(directory)/making-\(clip.rawValue)"
      _ = unsafe system(
        """
        ffmpeg -nostdin -v error -y -threads 1 \
        -f lavfi -i testsrc2=size=320x240:rate=25:duration=20 \
        -f lavfi -i sine=frequency=440:duration=20 \
        \(clip.coding) \(temporary) && mv \(temporary) \(path)
        """)
    }
    return paths
  }()

  /// A program that records raw pictures, 64 by 48, from its standard input as they come.
  func recorder(into path: String) -> String {
    let picture = "-f rawvideo -pix_fmt yuv420p -s 64x48 -r 25 -i -"
    let quick = "-codec:v libx264 -preset ultrafast -tune zerolatency -g 25"
    let video =
      switch self {
      case .aspAVI: "-codec:v mpeg4 -g 25"
      case .theoraOgg: "-codec:v libtheora -g 25"
      case .fragmentedMP4: "\(quick) -movflags frag_keyframe+empty_moov+default_base_moof"
      default: quick
      }
    // Noise, so that there is something to write.
    return "ffmpeg -v error -y -threads 1 \(picture) -vf noise=alls=60:allf=t -threads 1 \(video) "
      + "-flush_packets 1 \(Shell.quoted(path))"
  }

  private var coding: String {
    let mpeg = "-q:v 4 -bf 2 -g 12 -codec:a mp2"
    let h264 = "-codec:v libx264 -preset veryfast -x264-params keyint=50:bframes=2 -codec:a aac"
    return switch self {
    case .mpeg2TS, .mpegPS: "-codec:v mpeg2video \(mpeg)"
    case .h264TS, .h264MKV, .h264FLV: h264
    case .aspAVI: "-codec:v mpeg4 -q:v 4 -g 50 -codec:a mp2"
    case .theoraOgg: "-codec:v libtheora -q:v 6 -g 40 -codec:a libvorbis"
    case .vp8WebM: "-codec:v libvpx -b:v 1M -g 60 -deadline realtime -codec:a libvorbis"
    case .fragmentedMP4: "\(h264) -movflags frag_keyframe+empty_moov+default_base_moof"
    }
  }
}
