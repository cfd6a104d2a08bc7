// SPDX-License-Identifier: Apache-2.0
import Arguments
import Media
import Recording

/// What the command line asks for.
enum Job: Sendable {
  case serve(ServeValues)
  case extract(ExtractValues)
  case probe(ProbeValues)
  case graph(GraphValues)
  /// Decode for a server that started this process.
  case worker
}

/// Which pictures: the same names and ranges in every command.
struct PictureValues: Sendable {
  var interval = Duration.seconds(10)
  var width = 320
  var quality = 75
  var start = Duration.zero
  var end: Duration?
  var count: Int?
  var mode = PickMode.auto

  var settings: PreviewSettings { PreviewSettings(request) }
}

struct ServeValues: Sendable {
  var paths: [String] = []
  var host = "127.0.0.1"
  var port = 1616
  var workers = 0
  var clients = 10_000
  var quietTime = Duration.seconds(30)
  var introspection: Place?
  var verbose = false
  var quiet = false
}

struct ExtractValues: Sendable {
  var files: [String] = []
  var output: String?
  var pictures = PictureValues()
  var pace = Pace.asap
  var json = false
}

struct ProbeValues: Sendable {
  var file = ""
  var json = false
}

struct GraphValues: Sendable {
  var operand: Place?
  var isDot = false

  var place: Place { operand ?? Place() }
}

/// From where to where an instant in a recording may lie.
private let instants = Duration.zero...PreviewSettings.latest

private let serveCommand = Command(
  "serve", "serve previews of recordings to viewers", ServeValues(),
  operands: Operands(
    each: "PATH", atLeast: 0, "recordings, and folders of them (default: the current folder)",
    \.paths, .path),
  options: [
    Option(
      "host", nil, "ADDRESS", "listen at ADDRESS (default 127.0.0.1; 0.0.0.0 or :: for all)",
      \.host,
      .text
    ).orEnvironment("PREVIEWD_HOST"),
    Option(
      "port", "p", "PORT", "listen on PORT (default 1616; 0 for a free one)", \.port,
      .integer(in: 0...65535)
    ).orEnvironment("PREVIEWD_PORT"),
    Option(
      "workers", nil, "N", "decode in N processes (default: one a core)", \.workers,
      .integer(in: 1...256)
    ).orEnvironment("PREVIEWD_WORKERS"),
    Option(
      "clients", nil, "N", "serve at most N clients at once (default 10000)", \.clients,
      .integer(in: 1...1_000_000)
    ).orEnvironment("PREVIEWD_CLIENTS"),
    Option(
      "quiet-time", nil, "SECONDS",
      "a recording that hasn't grown for SECONDS is finished (default 30)", \.quietTime,
      .time(in: .milliseconds(100)...(.seconds(86_400)))
    ).orEnvironment("PREVIEWD_QUIET_TIME"),
    Option(
      "introspect", nil, "PORT",
      "let others look inside on PORT of this machine, or on ADDRESS:PORT (see previewd graph)",
      \.introspection, .place(ports: 0...65535)
    ).orEnvironment("PREVIEWD_INTROSPECT"),
    Option(flag: "verbose", "v", "log what is only of use for finding faults", \.verbose),
    Option(flag: "quiet", nil, "log warnings and errors only", \.quiet),
  ],
  details: [
    "Offers the files named, and every recording below the folders named; nothing else is ever opened. "
      + "A recording that is still being recorded is followed: its pictures come as it grows, until its "
      + "writer has closed it or it hasn't grown for the quiet time. "
      + "Events are logged to standard error. An interrupt or SIGTERM lets the answers under way end "
      + "and then stops the server."
  ],
  example: "previewd serve --port 1616 /srv/recordings"
) { Job.serve($0) }

private let extractCommand = Command(
  "extract", "write the pictures of recordings into files", ExtractValues(),
  operands: Operands(each: "FILE", atLeast: 1, "recordings to read", \.files, .path),
  options: [
    Option(
      "output", "o", "WHERE",
      "a folder for JPEGs, NAME.pvs for a frame stream, - for one to "
        + "standard output", \.output, .path),
    Option(
      "interval", "n", "SECONDS", "one picture every SECONDS (default 10)",
      \.pictures.interval, .time(in: PreviewRequest.intervals)),
    Option(
      "width", "w", "PIXELS", "width of a picture (default 320)", \.pictures.width,
      .integer(in: PreviewSettings.widths)),
    Option(
      "quality", "q", "N", "JPEG quality, 1 to 100 (default 75)", \.pictures.quality,
      .integer(in: PreviewSettings.qualities)),
    Option("start", nil, "TIME", "begin at TIME", \.pictures.start, .time(in: instants)),
    Option("end", nil, "TIME", "end at TIME", \.pictures.end, .time(in: instants)),
    Option(
      "count", nil, "N", "at most N pictures", \.pictures.count, .integer(in: 1...1_000_000_000)),
    Option(
      "mode", nil, "MODE",
      "keyframe, exact or auto: which picture stands for a moment "
        + "(default auto)", \.pictures.mode, .choice),
    Option(
      "pace", nil, "PACE", "realtime, asap or a factor: how fast to write (default asap)",
      \.pace, .pace(rates: 0.1...1000)),
    Option(flag: "json", nil, "print the results as JSON, a line a recording", \.json),
  ],
  details: [
    "Into a folder, slot 12 becomes 000012.jpg; of several recordings, each gets a folder of its own, "
      + "named after it. A .pvs file is the frame stream that a server sends, with an index at its end."
  ],
  example: "previewd extract -n 10 news.ts -o frames"
) { values throws(Refusal) in
  if let end = values.pictures.end, end <= values.pictures.start {
    throw Refusal("--end must be later than --start")
  }
  guard let output = values.output else {
    throw Refusal("-o WHERE must be given: a folder, NAME.pvs, or - for standard output")
  }
  if values.files.count > 1, output == "-" || output.hasSuffix(".pvs") {
    throw Refusal("a frame stream holds one recording: give one FILE, or a folder with -o")
  }
  if values.json, output == "-" {
    throw Refusal("--json and -o - both want standard output")
  }
  return Job.extract(values)
}

private let probeCommand = Command(
  "probe", "tell what a recording holds", ProbeValues(),
  operands: Operands(one: "FILE", "the recording", \.file, .path),
  options: [Option(flag: "json", nil, "print the facts as JSON", \.json)],
  example: "previewd probe --json news.ts"
) { Job.probe($0) }

private let graphCommand = Command(
  "graph", "show what a running server looks like inside", GraphValues(),
  operands: Operands(
    oneOrNone: "HOST:PORT",
    "where it was told to --introspect (default 127.0.0.1:\(Place.port)); PORT alone will do",
    \.operand, .place(ports: 1...65535)),
  options: [
    Option(flag: "dot", nil, "print a Graphviz document, for dot -Tsvg", \.isDot)
  ],
  details: [
    "Prints its components below those that started them, their inboxes (▸) with what waits in "
      + "them of what fits, what came and what went, their outboxes (◂) with where they lead, and "
      + "what failed."
  ],
  example: "previewd graph --dot | dot -Tsvg > server.svg"
) { Job.graph($0) }

private let workerCommand = Command(
  "worker", "decode for the server that started this process", 0, hidden: true
) { _ in Job.worker }

let program = Program(
  "previewd", version: "0.1.0", "serves low-bandwidth previews of recordings",
  commands: [serveCommand, extractCommand, probeCommand, graphCommand, workerCommand],
  exitCodes: [
    ExitCode(0, "done"), ExitCode(1, "some recordings failed, or only in part"),
    ExitCode(2, "all failed"), ExitCode(64, "misused"), ExitCode(66, "no such input"),
    ExitCode(69, "the address can't be listened at, or nothing to look into is there"),
    ExitCode(74, "reading or writing failed"),
    ExitCode(130, "interrupted"),
  ])

extension PictureValues {
  /// The request that a client would send for these pictures.
  var request: PreviewRequest {
    var request = PreviewRequest(.preview)
    request.interval = interval
    request.width = width
    request.quality = quality
    request.start = start
    request.end = end
    request.count = count
    request.mode = PreviewRequest.Mode(rawValue: mode.rawValue) ?? .auto
    return request
  }
}
