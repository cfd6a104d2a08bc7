// SPDX-License-Identifier: Apache-2.0
import Arguments
import Glibc
import Media
import Outputs
import Recording

struct ExtractValues: Sendable {
  var paths: [String] = []
  /// A file with more paths, `-` for standard input.
  var list: String?
  var goesDown = false
  /// Folders are looked after for as long as the program runs.
  var watches = false
  /// Recordings that still grow are followed to their end.
  var follows = false
  var quietTime = Duration.seconds(30)
  var output: String?
  var isBeside = false
  var formats: [OutputChoice] = []
  var pictures = PictureValues()
  var workers = 0
  var pace = Pace.asap
  var repeats = false
  var isRehearsal = false
  var json = false
  var showsStatistics = false
  var isQuiet = false

  /// Decoder processes: as many as were asked for, else one for each core.
  var processes: Int { workers > 0 ? workers : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Pictures go to standard output as they come.
  var isPiped: Bool { choices.contains { $0.path == "-" } }
}

/// From where to where an instant in a recording may lie.
private let instants = Duration.zero...PreviewSettings.latest

let extractCommand = Command(
  "extract", "write the pictures of recordings into files", ExtractValues(),
  operands: Operands(
    each: "PATH", atLeast: 0, "recordings, and folders of them", \.paths, .path),
  options: inputOptions + outputOptions + pictureOptions + runOptions,
  details: [
    "Everything is made of one decoding, whatever number of formats and widths. What is there "
      + "already, made of the same recording in the same way, is left alone; a run that was "
      + "interrupted, or killed, goes on where it was. Outputs appear under their names when they "
      + "are whole.",
    "Decoders are processes that can open nothing. One that fails costs its recording's verdict, "
      + "and no other's: complete; partial, with the share of the slots that have a picture; or "
      + "failed.",
  ],
  example: "previewd extract -r /srv/recordings --to jellyfin,bif --beside"
) { values throws(Refusal) in
  try check(values)
  return Job.extract(values)
}

private func check(_ values: ExtractValues) throws(Refusal) {
  if values.paths.isEmpty, values.list == nil {
    throw Refusal("PATH must be given: recordings, or folders of them; or --files0 FILE")
  }
  if values.watches, values.follows {
    throw Refusal("--watch takes recordings when they are finished, --follow before: give one")
  }
  if let end = values.pictures.end, end <= values.pictures.start {
    throw Refusal("--end must be later than --start")
  }
  guard values.output != nil || values.isBeside || values.choices.allSatisfy({ $0.path != nil })
  else {
    throw Refusal(
      "-o WHERE must be given: a folder, NAME.pvs, or - for standard output; or --beside")
  }
  if values.output != nil, values.isBeside { throw Refusal("-o and --beside exclude each other") }
  if values.json, values.isPiped { throw Refusal("--json and -o - both want standard output") }
  if values.output == "-", !values.isPiped || values.choices.count > 1 {
    throw Refusal("standard output takes one format, pvs or mjpeg: give one with --to")
  }
  if values.hasOwnPlace, values.pictures.widths.count > 1 {
    throw Refusal("an output with a place of its own has one width")
  }
}

private let inputOptions: [Option<ExtractValues>] = [
  Option(flag: "recursive", "r", "look through folders within folders too", \.goesDown),
  Option(
    "files0", nil, "FILE",
    "read more paths from FILE, each ended by a zero byte, as find -print0 "
      + "writes them (- for standard input)", \.list, .path),
  Option(
    flag: "watch", nil, "go on: extract each recording in the folders when it is finished",
    \.watches),
  Option(
    flag: "follow", nil, "follow recordings that are still being recorded to their end", \.follows),
  Option(
    "quiet-time", nil, "SECONDS",
    "a recording that hasn't grown for SECONDS is finished (default 30)", \.quietTime,
    .time(in: .milliseconds(100)...(.seconds(86_400)))),
]

private let outputOptions: [Option<ExtractValues>] = [
  Option(
    "output", "o", "WHERE",
    "a folder, NAME.pvs for a frame stream, - for one to standard output", \.output, .path),
  Option(
    "to", "t", "LIST",
    "what to make, all of one decoding: jpeg, pvs, bif, bif-exact, jellyfin, sprites, hls, sheet, "
      + "mjpeg, webp, gif; with options as in sheet:5x8 or webp:20,0.5; with a place as in "
      + "mjpeg=- (default jpeg)", \.formats, .outputs),
  Option(flag: "beside", nil, "put outputs beside each recording", \.isBeside),
]

private let pictureOptions: [Option<ExtractValues>] = [
  Option(
    "interval", "n", "SECONDS", "one picture every SECONDS (default 10)",
    \.pictures.interval, .time(in: PreviewRequest.intervals)),
  Option(
    "width", "w", "PIXELS", "width of a picture, or several: 320,160 (default 320)",
    \.pictures.widths, .widths),
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
    flag: "skip-black", nil,
    "where a picture is black or of one colour, take the next that isn't, up to half an interval on",
    \.pictures.skipsBlack),
  Option(
    flag: "scene", nil, "take a picture that begins a scene, where there is one near a moment",
    \.pictures.prefersScenes),
]

private let runOptions: [Option<ExtractValues>] = [
  Option(
    "workers", "j", "N", "decode in N processes (default: one a core)", \.workers,
    .integer(in: 1...256)
  ).orEnvironment("PREVIEWD_WORKERS"),
  Option(
    "pace", nil, "PACE", "realtime, asap or a factor: how fast to write (default asap)",
    \.pace, .pace(rates: 0.1...1000)),
  Option(flag: "force", "f", "make outputs again that are there already", \.repeats),
  Option(flag: "dry-run", nil, "only say what would be done", \.isRehearsal),
  Option(flag: "json", nil, "print the results as JSON, a line a recording", \.json),
  Option(
    flag: "stats", nil, "say what it took: bytes read, seeks, packets, pictures decoded, seconds",
    \.showsStatistics),
  Option(flag: "quiet", nil, "show no progress, and say nothing of what went well", \.isQuiet),
]

extension ValueParser where Value == [OutputChoice] {
  /// `bif,sheet:5x8`: each kind once.
  fileprivate static let outputs = ValueParser { text throws(Refusal) in
    var choices: [OutputChoice] = []
    for part in pieces(of: text) {
      do throws(MediaError) {
        choices.append(try OutputChoice(part))
      } catch {
        throw Refusal(error.reason)
      }
    }
    let kinds = choices.map(\.kind)
    guard Set(kinds).count == kinds.count else { throw Refusal("each format once") }
    return choices
  }

  /// A comma separates, unless a number follows: `webp:20,0.5`.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let digit = part.utf8.first, 0x30...0x39 ~= digit, let last = pieces.indices.last {
        pieces[last] += "," + part
      } else {
        pieces.append(String(part))
      }
    }
    return pieces
  }
}
