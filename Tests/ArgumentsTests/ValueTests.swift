// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    ("10", Duration.seconds(10)), ("0.5", .milliseconds(500)), ("0.04", .milliseconds(40)),
    ("01:30", .seconds(90)), ("90:00", .seconds(5400)), ("1:00:00", .seconds(3600)),
    ("00:00:01.250", .milliseconds(1250)), ("12.000000001", .seconds(12) + .nanoseconds(1)),
    ("23:59:59.999", .milliseconds(86_399_999)),
  ])
  func `a time is seconds or a clock`(text: String, time: Duration) throws {
    #expect(try extracting(["-n", text, "f"])?.interval == time)
  }

  @Test(arguments: [
    "", "-1", "+1", "1e3", "inf", "nan", "0x10", "1,5", "1.", ".5", "1.2.3", "1:2", "1:60",
    "1:60:00", "1:2:3:4", ":10", "10:", "1:-2", "0.0000000001", "9999999999999", "0.039", "86401",
    "10s", " 10", "١٠",
  ])
  func `anything else is no time`(text: String) {
    #expect(throws: UsageError.self) { try extracting(["-n", text, "f"]) }
  }

  @Test(arguments: [("0", 0), ("65535", 65535), ("0080", 80)])
  func `a whole number is within its range`(text: String, number: Int) throws {
    #expect(try serving(["--port", text])?.port == number)
  }

  @Test(arguments: ["-1", "65536", "1.0", "+5", "", "99999999999999999999", "1_000", "0x50"])
  func `anything else is no whole number`(text: String) {
    #expect(throws: UsageError.self) { try serving(["--port", text]) }
  }

  @Test(arguments: [
    ("realtime", Pace.realtime), ("asap", .asap), ("2", .rate(2)), ("0.5", .rate(0.5)),
    ("4x", .rate(4)), ("1000", .rate(1000)),
  ])
  func `a pace is a word or a rate`(text: String, pace: Pace) throws {
    #expect(try serving(["--pace", text])?.pace == pace)
  }

  @Test(arguments: ["0", "0.001", "1001", "-1", "x", "", "inf", "1e2", "2xx"])
  func `anything else is no pace`(text: String) {
    #expect(throws: UsageError.self) { try serving(["--pace", text]) }
  }

  @Test(arguments: Mode.allCases)
  func `a choice is one of the type's names`(mode: Mode) throws {
    #expect(try extracting(["--mode", mode.rawValue, "f"])?.mode == mode)
  }

  @Test(arguments: [("0.5", 0.5), ("-3", -3.0), ("4", 4.0)])
  func `a number has at most one point`(text: String, number: Double) throws {
    struct Values { var number = 0.0 }
    let program = Program(
      Command(
        "count", "counts", [0.0],
        options: [Option("by", "b", "N", "step", \.[0], .number(in: -3...4))]
      ) { $0 },
      version: "1", exitCodes: [])
    #expect(try program.read(["-b", text], environment: { _ in nil }) == .run([number]))
    #expect(throws: UsageError.self) { try program.read(["-b4.1"], environment: { _ in nil }) }
  }
}
