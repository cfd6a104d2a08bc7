// SPDX-License-Identifier: Apache-2.0
import Arguments

/// A program of the kind that the tests read command lines for.
enum Job: Equatable, Sendable {
  case serve(Serve)
  case extract(Extract)
  case work
}

enum Mode: String, CaseIterable, Sendable { case keyframe, exact, auto }

struct Serve: Equatable, Sendable {
  var paths: [String] = []
  var host = "127.0.0.1"
  var port = 1616
  var pace = Pace.realtime
  var verbose = false
  var quiet = false
}

struct Extract: Equatable, Sendable {
  var files: [String] = []
  var interval = Duration.seconds(10)
  var width = 320
  var start: Duration?
  var end: Duration?
  var mode = Mode.auto
  var labels: [String] = []
  var output = "."
  var json = false
}

let serve = Command(
  "serve", "serve previews of recordings to viewers", Serve(),
  operands: Operands(
    each: "PATH", atLeast: 0, "recordings, or directories of them", \.paths, .path),
  options: [
    Option("host", nil, "ADDRESS", "listen on ADDRESS (default 127.0.0.1)", \.host, .text)
      .orEnvironment("PREVIEWD_HOST"),
    Option("port", "p", "PORT", "listen on PORT (default 1616)", \.port, .integer(in: 0...65535))
      .orEnvironment("PREVIEWD_PORT"),
    Option("pace", nil, "PACE", "send frames in PACE", \.pace, .pace(rates: 0.01...1000)),
    Option(flag: "verbose", "v", "say more", \.verbose),
    Option(flag: "quiet", "q", "say less", \.quiet),
  ],
  details: ["Opens every recording below the paths and answers viewers until it is stopped."],
  example: "previewd serve --port 1616 /srv/recordings"
) { Job.serve($0) }

let extract = Command(
  "extract", "write the frames of recordings as files", Extract(),
  operands: Operands(each: "FILE", atLeast: 1, "recordings to read", \.files, .path),
  options: [
    Option(
      "interval", "n", "SECONDS", "take one frame every SECONDS (default 10)", \.interval,
      .time(in: .milliseconds(40)...(.seconds(86_400)))),
    Option("width", "w", "PIXELS", "width of a frame (default 320)", \.width) {
      text throws(Refusal) in
      guard let width = Int(text), width % 16 == 0 else { throw Refusal("a multiple of 16") }
      return width
    },
    Option(
      "start", nil, "TIME", "begin at TIME", \.start, .time(in: .zero...(.seconds(1_000_000)))),
    Option("end", nil, "TIME", "end at TIME", \.end, .time(in: .zero...(.seconds(1_000_000)))),
    Option("mode", nil, "MODE", "keyframe, exact or auto (default auto)", \.mode, .choice),
    Option("label", nil, "TEXT", "put TEXT into the description", each: \.labels, .text),
    Option("output", "o", "DIRECTORY", "write into DIRECTORY", \.output, .directory),
    Option(flag: "json", nil, "print the results as JSON", \.json),
  ],
  example: "previewd extract -n 10 news.ts -o frames"
) { values throws(Refusal) in
  if let start = values.start, let end = values.end, end <= start {
    throw Refusal("--end must be after --start")
  }
  return Job.extract(values)
}

let worker = Command("worker", "decode for the server", 0, hidden: true) { _ in Job.work }

let previewd = Program(
  "previewd", version: "0.1.0", "serves previews of recordings",
  commands: [serve, extract, worker],
  exitCodes: [ExitCode(0, "done"), ExitCode(64, "misused"), ExitCode(66, "no input")])

/// Reads a command line with the given environment.
func read(
  _ arguments: String..., environment: [String: String] = [:], columns: Int = 80
) throws(UsageError) -> Reading<Job> {
  try previewd.read(arguments, environment: { environment[$0] }, columns: columns)
}

/// The values that `previewd serve` makes of a command line.
func serving(
  _ arguments: [String], environment: [String: String] = [:]
) throws(UsageError) -> Serve? {
  let reading = try previewd.read(["serve"] + arguments, environment: { environment[$0] })
  guard case .run(.serve(let values)) = reading else { return nil }
  return values
}

/// The values that `previewd extract` makes of a command line.
func extracting(_ arguments: [String]) throws(UsageError) -> Extract? {
  let reading = try previewd.read(["extract"] + arguments, environment: { _ in nil })
  guard case .run(.extract(let values)) = reading else { return nil }
  return values
}

/// What the program says to a command line that it can't obey.
func complaint(_ arguments: String..., environment: [String: String] = [:]) -> String {
  do throws(UsageError) {
    return "no complaint: \(try previewd.read(arguments, environment: { environment[$0] }))"
  } catch {
    return "\(error)"
  }
}
