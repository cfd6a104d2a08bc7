// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct PreviewdProbeTests {
  static let ffprobe = Program(installed: "ffprobe")
  let film: String

  init() throws { film = try #require(Clips.folder).path + "/film.mpg" }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `its text is a fact a line`() throws {
    let finished = try Program.previewd.run(["probe", film])
    #expect(finished.exitCode == 0 && finished.errors == "")
    for fact in ["mpeg1video, 352x288", "25.0 pictures a second", "mp2, 44100 Hz", "film.mpg"] {
      #expect(finished.output.contains(fact), "\(finished.output)")
    }
  }

  @Test(.enabled(if: ffprobe.isThere, "ffprobe isn't installed"))
  func `its figures are ffprobe's`() throws {
    let ours = try object(try Program.previewd.run(["probe", "--json", film]).output)
    // ffprobe -v error -of json -show_format -show_streams film.mpg
    let theirs = try object(
      try Self.ffprobe.run(
        ["-v", "error", "-of", "json", "-show_format", "-show_streams", film]
      ).output)
    let format = try #require(theirs["format"] as? [String: Any])
    let streams = try #require(theirs["streams"] as? [[String: Any]])
    let video = try #require(streams.first { $0["codec_type"] as? String == "video" })
    let sound = try #require(streams.first { $0["codec_type"] as? String == "audio" })
    let ourVideo = try #require(ours["video"] as? [String: Any])
    let ourSound = try #require(ours["sound"] as? [String: Any])
    #expect(ours["container"] as? String == format["format_name"] as? String)
    #expect("\(ours["bytes"] as? Int ?? 0)" == format["size"] as? String)
    let duration = try #require((format["duration"] as? String).flatMap(Double.init))
    #expect(abs((ours["duration"] as? Double ?? 0) - duration) < 0.1)
    #expect(ourVideo["codec"] as? String == video["codec_name"] as? String)
    #expect(ourVideo["coded_width"] as? Int == video["width"] as? Int)
    #expect(ourVideo["coded_height"] as? Int == video["height"] as? Int)
    #expect(ourVideo["pixel_format"] as? String == video["pix_fmt"] as? String)
    #expect(ourVideo["frame_rate"] as? Double == 25 && video["r_frame_rate"] as? String == "25/1")
    #expect(ourSound["codec"] as? String == sound["codec_name"] as? String)
    #expect("\(ourSound["sample_rate"] as? Int ?? 0)" == sound["sample_rate"] as? String)
    #expect(ourSound["channels"] as? Int == sound["channels"] as? Int)
  }

  @Test func `what has no pictures is said so`() throws {
    let missing = try Program.previewd.run(["probe", film + "x"])
    #expect(missing.exitCode == 66 && missing.errors.contains("no such file"))
    let finished = try Program.previewd.run(["probe", Clips.path("text.mpg")])
    #expect(finished.exitCode == 1 && finished.output == "")
    #expect(finished.errors.hasPrefix("previewd: ") && finished.errors.contains("text.mpg"))
  }
}
