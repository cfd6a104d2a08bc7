// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct `The learning system` {
  private static let examples =
    (((#filePath as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent)
    + "/../../Examples/LearningSystem"
  private static let scene = examples + "/macbeth-1-3.txt"
  private static let script = Program(installed: "script")

  @Test func `gives each character of the scene a file with all it says and nothing else`() throws {
    try withFolder { folder in
      let finished = try Program(built: "LearningSystem").run([Self.scene, folder + "/files"])
      #expect(finished.exitCode == 0 && finished.errors == "")
      #expect(
        try names(in: folder + "/files") == [
          "all.txt", "banquo.txt", "first-witch.txt", "macbeth.txt", "second-witch.txt",
          "third-witch.txt",
        ])
      let second = String(
        decoding: try readFile(folder + "/files/second-witch.txt"), as: UTF8.self)
      #expect(
        second == """
          Killing swine.
          I'll give thee a wind.
          Show me, show me.
          All hail, Macbeth! hail to thee, Thane of Cawdor!
          Hail!
          Not so happy, yet much happier.

          """)
      let banquo = String(decoding: try readFile(folder + "/files/banquo.txt"), as: UTF8.self)
      #expect(banquo.contains("Things that do sound so fair? I' the name of truth,\n"))
    }
  }

  @Test func `a name in a play leads to no other folder`() throws {
    try withFolder { folder in
      try writeFile(Array("../../OUT.\nHere I am.\n\nA/B.\nAnd I.\n".utf8), folder + "/play.txt")
      let finished = try Program(built: "LearningSystem").run(
        [folder + "/play.txt", folder + "/files"])
      #expect(finished.exitCode == 0)
      #expect(try names(in: folder) == ["files", "play.txt"])
      #expect(try names(in: folder + "/files") == ["a-b.txt"])
    }
  }

  @Test(.enabled(if: script.isThere, "needs script(1): apt install bsdutils"))
  func `shows each character in a pane, until it is interrupted`() throws {
    let program = Program(built: "LearningSystem").path
    let running = try Self.script.start(
      ["-qec", "stty cols 120 rows 24; exec \(program) \(Self.scene)", "/dev/null"],
      environment: ["TERM": "xterm"])
    // The third character has its pane in the third column.
    _ = try running.nextLine(of: .output) { $0.contains("[1;81H\u{1B}[7m THIRD WITCH") }
    running.give([3])
    #expect(try running.wait().exitCode == 130)
  }
}
