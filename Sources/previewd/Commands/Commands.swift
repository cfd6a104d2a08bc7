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
  case clean(CleanValues)
  /// Decode for a server that started this process.
  case worker
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

struct ProbeValues: Sendable {
  var file = ""
  var json = false
}

struct GraphValues: Sendable {
  var operand: Place?
  var isDot = false

  var place: Place { operand ?? Place() }
}

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
  commands: [
    serveCommand, extractCommand, probeCommand, cleanCommand, graphCommand, workerCommand,
  ],
  exitCodes: [
    ExitCode(0, "done"), ExitCode(1, "some recordings failed, or only in part"),
    ExitCode(2, "all failed"), ExitCode(64, "misused"), ExitCode(66, "no such input"),
    ExitCode(69, "the address can't be listened at, or nothing to look into is there"),
    ExitCode(74, "reading or writing failed"),
    ExitCode(130, "interrupted"),
  ])
