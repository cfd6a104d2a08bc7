// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media
import Recording
import Testing

@Suite(.enabled(if: Shell.hasFFmpeg, "ffmpeg makes the clips: apt-get install ffmpeg"))
struct OrientationTests {
  /// A clip with white above left and grey above right, whose container says how it is turned.
  private func clip(_ matrix: [Int32]) -> TemporaryFile {
    let plain = MadeClip.path(
      "corner.mp4",
      "-f lavfi -i 'color=black:s=128x64:r=25,drawbox=w=64:h=32:c=white:t=fill,"
        + "drawbox=x=64:w=64:h=32:c=gray:t=fill' -frames:v 5 -codec:v mpeg4 -q:v 2")
    var bytes = Shell.contents(of: plain)
    let tag = Array("tkhd".utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: tag) } ?? 0
    // Behind version, times, number, duration, layer and volume (ISO 14496-12, 8.3.2).
    for (index, number) in matrix.enumerated() {
      let start = place + 44 + 4 * [0, 1, 3, 4][index]
      for byte in 0..<4 {
        bytes[start + byte] = UInt8(truncatingIfNeeded: (number << 16) >> Int32(24 - 8 * byte))
      }
    }
    return TemporaryFile(bytes, ending: "mp4")
  }

  // Where one step right and one step down of the coded picture lead.
  @Test(
    arguments: [
      ([1, 0, 0, 1], "wgbb"), ([0, 1, -1, 0], "bwbg"), ([-1, 0, 0, -1], "bbgw"),
      ([0, -1, 1, 0], "gbwb"), ([-1, 0, 0, 1], "gwbb"), ([1, 0, 0, -1], "bbwg"),
      ([0, 1, 1, 0], "wbgb"), ([0, -1, -1, 0], "bgbw"),
    ] as [([Int32], String)])
  func `a picture is turned and mirrored as the container says`(
    matrix: [Int32], corners: String
  ) throws {
    let file = clip(matrix)
    let picture = try MadeClip.picture(file.path, width: 64)
    let lies = matrix[0] == 0
    #expect(picture.height == (lies ? 128 : 32))
    var found = ""
    for (across, down) in [(0.1, 0.1), (0.6, 0.1), (0.1, 0.6), (0.6, 0.6)] {
      let mean = Likeness.mean(picture, across: across...across + 0.3, down: down...down + 0.3)
      found += mean[1] > 200 ? "w" : mean[1] > 80 ? "g" : "b"
    }
    #expect(found == corners)
  }
}
