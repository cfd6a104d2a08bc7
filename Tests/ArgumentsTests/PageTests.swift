// SPDX-License-Identifier: Apache-2.0
import Arguments
import Foundation
import Testing

/// The page that a command line asks for.
private func page(_ arguments: String..., columns: Int = 80) throws -> String {
  let reading = try previewd.read(arguments, environment: { _ in nil }, columns: columns)
  guard case .print(let page) = reading else { return "not a page: \(reading)" }
  return page
}

@Suite struct PageTests {
  @Test func `a help page has purpose, usage, options, example and exit codes`() throws {
    #expect(
      try page("serve", "--help") == """
        previewd serve: serve previews of recordings to viewers.

        Usage: previewd serve [OPTION...] [PATH...]

        Opens every recording below the paths and answers viewers until it is stopped.

        Operands:
          PATH  recordings, or directories of them

        Options:
              --host ADDRESS  listen on ADDRESS (default 127.0.0.1) [or PREVIEWD_HOST]
          -p, --port PORT     listen on PORT (default 1616) [or PREVIEWD_PORT]
              --pace PACE     send frames in PACE
          -v, --verbose       say more
          -q, --quiet         say less
          -h, --help          show this page (--help=man: as man page; --help=bash: bash
                              completion)
              --version       show the version

        Example:
          previewd serve --port 1616 /srv/recordings

        Exit codes: 0 done, 64 misused, 66 no input.

        """)
  }

  @Test func `every way of asking gives the same page`() throws {
    let expected = try page("serve", "--help")
    #expect(try page("help", "serve") == expected)
    #expect(try page("serve", "-h") == expected)
    #expect(try page("serve", "--bogus", "--help", "-p") == expected)
    #expect(try page("--help") == page("help"))
    #expect(try page("-h") == page("help"))
  }

  @Test func `the overview lists the commands`() throws {
    let lines = try page("--help").split(separator: "\n")
    #expect(lines.contains("  serve    serve previews of recordings to viewers"))
    #expect(lines.contains("  extract  write the frames of recordings as files"))
  }

  @Test(arguments: [20, 40, 59, 60, 72, 100])
  func `a page keeps to its width`(columns: Int) throws {
    for command in ["serve", "extract"] {
      let lines = try page("help", command, columns: columns).split(separator: "\n")
      // A line that is a single word, an example or a usage can't be broken.
      let long = lines.filter {
        $0.count > columns && $0.contains("  ") && !$0.contains("previewd")
      }
      #expect(long.allSatisfy { $0.trimmingCharacters(in: .whitespaces).count <= 24 })
    }
  }

  @Test func `a dash-dash ends the asking`() throws {
    #expect(try serving(["--", "--help"])?.paths == ["--help"])
  }

  @Test func `the version is one line`() throws {
    #expect(try page("--version") == "previewd 0.1.0\n")
    #expect(try page("serve", "--version") == "previewd 0.1.0\n")
  }

  @Test func `the man page names each command and escapes each dash`() throws {
    let page = try page("--help=man")
    #expect(page.hasPrefix(".TH PREVIEWD 1 \"\" \"previewd 0.1.0\"\n.SH NAME\n"))
    #expect(page.contains(".SS previewd extract\n"))
    #expect(page.contains(".TP\n\\fB\\-n\\fR, \\fB\\-\\-interval\\fR \\fISECONDS\\fR\n"))
    #expect(!page.contains("worker"))
  }

  @Test(.enabled(if: program("groff") != nil, "groff isn't installed"))
  func `groff finds nothing to complain of in the man page`() throws {
    // groff -man -ww -z: all warnings, no output; silent when there is nothing to complain of.
    let groff = try #require(program("groff"))
    #expect(try run(groff, ["-man", "-ww", "-z"], input: page("--help=man")) == "")
  }

  @Test(
    .enabled(if: program("bash") != nil, "bash isn't installed"),
    arguments: [
      (["previewd", "s"], "serve"),
      (["previewd", ""], "serve extract help --help --version"),
      (["previewd", "help", "e"], "extract"),
      (["previewd", "extract", "--mode", ""], "keyframe exact auto"),
      (["previewd", "extract", "--m"], "--mode"),
      (["previewd", "extract", "-n", ""], ""),
      (["previewd", "serve", "--pace", "r"], "realtime"),
      (["previewd", "extract", "/etc/host"], "/etc/host.conf /etc/hostname /etc/hosts"),
      (["previewd", "extract", "-o", "/et"], "/etc"),
    ])
  func `bash completes commands, options, values and files`(
    words: [String], expected: String
  ) throws {
    let bash = try #require(program("bash"))
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
      \(try page("--help=bash"))
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1)
      _previewd; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let offered = try run(bash, ["-u"], input: script).split(separator: "\n").map(String.init)
    let wanted = expected.split(separator: " ").map(String.init)
    if words.last?.hasPrefix("/") == true {
      let there = wanted.filter { FileManager.default.fileExists(atPath: $0) }
      #expect(Set(offered).isSuperset(of: there))
      #expect(!there.isEmpty)
    } else {
      #expect(offered == wanted)
    }
  }
}

/// Where a program lies, if it is installed.
private func program(_ name: String) -> String? {
  ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }
    .first(where: FileManager.default.isExecutableFile)
}

/// What a program writes, complaints included, when it gets `input`.
private func run(_ path: String, _ arguments: [String], input: String) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: path)
  process.arguments = arguments
  let (toIt, fromIt) = (Pipe(), Pipe())
  process.standardInput = toIt
  process.standardOutput = fromIt
  process.standardError = fromIt
  try process.run()
  try toIt.fileHandleForWriting.write(contentsOf: Data(input.utf8))
  try toIt.fileHandleForWriting.close()
  let output = try fromIt.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return String(decoding: output, as: UTF8.self)
}
