// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

@Suite struct ReadingTests {
  @Test func `what the command line doesn't say keeps its default`() throws {
    #expect(try serving([]) == Serve())
  }

  @Test(arguments: [
    ["-p1"], ["-p", "1"], ["--port=1"], ["--port", "1"], ["-vp1"], ["-vp", "1"], ["-p2", "-p1"],
    ["--", "-p1"],
  ])
  func `a value may stand beside its option or after it`(arguments: [String]) throws {
    let values = try #require(try serving(arguments))
    if arguments.contains("--") {
      #expect(values.port == 1616)
      #expect(values.paths == ["-p1"])
    } else {
      #expect(values.port == 1)
      #expect(values.paths.isEmpty)
    }
  }

  @Test func `flags may be clustered`() throws {
    let values = try #require(try serving(["-vq"]))
    #expect(values.verbose)
    #expect(values.quiet)
  }

  @Test func `operands may stand between options`() throws {
    let values = try #require(try serving(["a.ts", "-v", "b.ts", "-p", "2", "-", "--", "--c"]))
    #expect(values.paths == ["a.ts", "b.ts", "-", "--c"])
    #expect(values.verbose)
    #expect(values.port == 2)
  }

  @Test func `a single dash and a negative number are values`() throws {
    #expect(try extracting(["-o", "-", "a.ts"])?.output == "-")
    #expect(try extracting(["a.ts", "--label", "-1"])?.labels == ["-1"])
  }

  @Test func `an equals sign inside a value stays there`() throws {
    #expect(try extracting(["--label=a=b", "--label=--json", "f"])?.labels == ["a=b", "--json"])
  }

  @Test func `an option may be repeated where its place is a list`() throws {
    #expect(try extracting(["--label", "a", "--label", "b", "f"])?.labels == ["a", "b"])
  }

  @Test func `a closure may read a value`() throws {
    #expect(try extracting(["-w160", "f"])?.width == 160)
    #expect(
      complaint("extract", "-w", "150", "f")
        == "previewd extract: -w \"150\": PIXELS is a multiple of 16\nTry 'previewd extract --help'."
    )
  }

  @Test func `the environment stands in for an option that isn't given`() throws {
    let environment = ["PREVIEWD_PORT": "7000", "PREVIEWD_HOST": ""]
    let values = try #require(try serving([], environment: environment))
    #expect(values.port == 7000)
    #expect(values.host == "127.0.0.1")
    #expect(try serving(["-p", "8000"], environment: environment)?.port == 8000)
  }

  @Test func `a bad variable is only complained of where it is used`() throws {
    let bad = ["PREVIEWD_PORT": "many"]
    #expect(try serving(["-p1"], environment: bad)?.port == 1)
    #expect(
      complaint("serve", environment: bad) == """
        previewd serve: PREVIEWD_PORT "many": PORT is a whole number from 0 to 65535
        Try 'previewd serve --help'.
        """)
  }

  @Test func `values that don't go together are refused`() {
    #expect(
      complaint("extract", "f", "--start", "10", "--end", "5")
        == "previewd extract: --end must be after --start\nTry 'previewd extract --help'.")
  }

  @Test func `a hidden command works without being listed`() throws {
    #expect(try read("worker") == .run(.work))
    guard case .print(let page) = try read("--help") else {
      Issue.record("no page")
      return
    }
    #expect(!page.contains("worker"))
  }

  @Test func `a program without commands takes its options at once`() throws {
    let single = Program(
      Command(
        "previewclient", "shows previews in the terminal", Extract(),
        operands: Operands(
          oneOrNone: "LABEL", "what to show", \.start, .time(in: .zero...(.seconds(9)))),
        options: [Option(flag: "json", "j", "print JSON", \.json)]
      ) { $0 },
      version: "0.1.0", exitCodes: [])
    let none = try single.read(["-j"], environment: { _ in nil })
    #expect(
      none
        == .run(
          {
            var values = Extract(); values.json = true; return values
          }()))
    #expect(throws: UsageError.self) { try single.read(["1", "2"], environment: { _ in nil }) }
  }
}
