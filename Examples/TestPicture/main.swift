// SPDX-License-Identifier: Apache-2.0
// Shows colour bars in the terminal, as previewclient shows frames, and draws them anew at each
// key: q ends, e ends by exit(3), anything else moves the bars.
//
//   swift run TestPicture [auto|ascii|blocks|sixel|kitty] [TITLE]
import Glibc
import Terminal

/// Eight bars, moved to the left by `step` pixels, brighter towards the top.
func bars(width: Int, height: Int, step: Int) -> [UInt8] {
  var pixels: [UInt8] = []
  for row in 0..<height {
    let light = 255 - 191 * row / height
    for column in 0..<width {
      let bar = 7 - (column + step) % width * 8 / width
      for bit in [2, 4, 1] { pixels.append(bar & bit != 0 ? UInt8(light) : 16) }
    }
  }
  return pixels
}

let words = CommandLine.arguments.dropFirst()
let mode = words.first.flatMap(RenderMode.init) ?? .auto

do throws(TerminalError) {
  var session = try TerminalSession(mode: mode)
  var key = UInt8(ascii: " ")
  for step in 0... {
    let status = StatusLine(
      title: words.dropFirst().first ?? "Colour bars", time: .seconds(10 * step), slot: step + 1,
      slots: 183, frameByteCount: 14_900, rate: 2)
    try session.show(
      pixels: bars(width: 320, height: 180, step: 8 * step), width: 320, height: 180,
      status: status)
    guard unsafe read(STDIN_FILENO, &key, 1) == 1, key != UInt8(ascii: "q") else { break }
    if key == UInt8(ascii: "e") { exit(3) }
  }
} catch {
  let complaint = Array("TestPicture: \(error)\n".utf8)
  _ = unsafe write(STDERR_FILENO, complaint, complaint.count)
  exit(1)
}
