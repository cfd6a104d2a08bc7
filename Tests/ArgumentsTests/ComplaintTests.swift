// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

@Suite struct ComplaintTests {
  @Test(arguments: [
    (["serve", "-p", "70000"], "-p \"70000\": PORT is a whole number from 0 to 65535"),
    (["serve", "--port=x"], "--port \"x\": PORT is a whole number from 0 to 65535"),
    (["serve", "--port"], "--port: PORT is missing"),
    (["serve", "-vp"], "-p: PORT is missing"),
    (["serve", "--port", "--verbose"], "--port: PORT is missing"),
    (["serve", "--verbose=1"], "--verbose takes no value, not \"1\""),
    (["serve", "--prot", "1"], "no option \"--prot\"; did you mean --port?"),
    (["serve", "--verb"], "no option \"--verb\"; did you mean --verbose?"),
    (["serve", "--halp"], "no option \"--halp\"; did you mean --help?"),
    (["serve", "--zzz"], "no option \"--zzz\""),
    (["serve", "-x"], "no option \"-x\""),
    (["serve", "-qx"], "no option \"-x\""),
    (["serve", "-host"], "no option \"-h\"; did you mean --host?"),
    (["serve", ""], "\"\": PATH is a path that is not empty"),
    (
      ["serve", "--pace", "fast"],
      "--pace \"fast\": PACE is realtime, asap or a rate from 0.01 to 1000"
    ),
    (["extract"], "FILE is missing"),
    (
      ["extract", "-n", "0", "f"],
      "-n \"0\": SECONDS is a time from 0.04 to 86400 s, as seconds or [HH:]MM:SS[.mmm]"
    ),
    (
      ["extract", "--mode", "exakt", "f"],
      "--mode \"exakt\": MODE is keyframe, exact or auto; did you mean exact?"
    ),
    (["worker", "f"], "one operand too many: \"f\""),
    (["serve", "--\u{1B}[31m"], "no option \"--\\x1b[31m\""),
  ])
  func `a complaint names option, value and what is allowed`(
    arguments: [String], complaint: String
  ) {
    let error = #expect(throws: UsageError.self) {
      try previewd.read(arguments, environment: { _ in nil })
    }
    let call = "previewd \(arguments[0])"
    #expect(error?.description == "\(call): \(complaint)\nTry '\(call) --help'.")
  }

  @Test(arguments: [
    ([], "a command is missing"),
    (["sevre"], "no command \"sevre\"; did you mean serve?"),
    (["wroker"], "no command \"wroker\""),
    (["help", "sevre"], "no command \"sevre\"; did you mean serve?"),
    (["--verison"], "no option \"--verison\"; did you mean --version?"),
    (["--"], "no option \"--\""),
  ])
  func `a command that isn't there is complained of by the program`(
    arguments: [String], complaint: String
  ) {
    let error = #expect(throws: UsageError.self) {
      try previewd.read(arguments, environment: { _ in nil })
    }
    #expect(error?.description == "previewd: \(complaint)\nTry 'previewd --help'.")
    #expect(UsageError.exitCode == 64)
  }

  @Test func `a table with two options of one letter is our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Command(
        "twice", "is wrong", Serve(),
        options: [
          Option(flag: "quiet", "q", "say less", \.quiet),
          Option(flag: "verbose", "q", "say more", \.verbose),
        ]
      ) { Job.serve($0) }
    }
  }
}
