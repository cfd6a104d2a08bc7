// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Spoilt recordings in isolated decoders: 300 here, 10,000 by `make fuzz`.
@Suite(.enabled(if: Clips.areThere, "ffmpeg isn't installed"))
struct FuzzTests {
  private static let fuzz = Program(built: "previewd-fuzz")
  private static let paths =
    [Clips.path("film.mpg")]
    + [ProcessInfo.processInfo.environment["PREVIEW_MEDIA_DIR"]].compactMap { $0 }

  @Test func `300 spoilt recordings end no server, hang none, and lie in none`() throws {
    let run = try Self.fuzz.run(
      ["--count", "300", "--most", "6"] + Self.paths, deadline: .seconds(600))
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("300 mutants"))
    #expect(run.output.contains(" 0 findings"))
  }

  @Test func `the same seed spoils the same way`() throws {
    let arguments = ["--seed", "42", "--count", "5", "--recipes", "--processes", "1"] + Self.paths
    let (one, two) = (try Self.fuzz.run(arguments), try Self.fuzz.run(arguments))
    #expect(one.errors == two.errors && one.errors.contains("seed 42: "))
  }
}
