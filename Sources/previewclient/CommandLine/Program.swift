// SPDX-License-Identifier: Apache-2.0
import Arguments
import Media
import Terminal

private let pictureOptions: [Option<ClientValues>] = [
  Option(
    "interval", "n", "SECONDS", "one picture every SECONDS (default 10)", \.interval,
    .time(in: PreviewRequest.intervals)),
  Option(
    "width", "w", "PIXELS", "width of a picture (default 320)", \.width,
    .integer(in: PreviewRequest.widths)),
  Option(
    "quality", "q", "N", "JPEG quality, 1 to 100 (default 75)", \.quality,
    .integer(in: PreviewRequest.qualities)),
  Option("start", nil, "TIME", "begin at TIME", \.start, .time(in: .zero...PreviewRequest.latest)),
  Option("end", nil, "TIME", "end at TIME", \.end, .time(in: .zero...PreviewRequest.latest)),
  Option(
    "count", nil, "N", "at most N pictures", \.count, .integer(in: 1...1_000_000_000)),
  Option(
    "mode", nil, "MODE",
    "keyframe, exact or auto: which picture stands for a moment (default auto)", \.mode, .choice),
  Option(
    "pace", nil, "PACE", "realtime, asap or a factor: how fast they come (default realtime)",
    \.pace, .pace(rates: PreviewRequest.rates)),
]

private let outputOptions: [Option<ClientValues>] = [
  Option(flag: "list", nil, "list the recordings of a server", \.isList),
  Option(
    "render", nil, "HOW", "auto, ascii, blocks, sixel or kitty: how to draw (default auto)",
    \.render, .choice),
  Option(
    "save", nil, "FOLDER",
    "write the JPEGs into FOLDER as they come, slot 12 as 000012.jpg; draw only with --render",
    \.folder, .directory),
  Option(flag: "listen-audio", nil, "play the sound instead, as preview+ogg:// does", \.isSound),
  Option(
    "driver", nil, "NAME",
    "libao's driver: alsa, pulse, null, wav, raw, au (default: the first "
      + "of pulse and alsa that opens)", \.driver, .text),
  Option("output", "o", "FILE", "the file that wav, raw and au write", \.file, .path),
]

/// The program's one table: parser, help, man page and completion come from it.
let program = Program(
  Command(
    "previewclient", "shows previews of recordings in the terminal", ClientValues(),
    operands: Operands(
      one: "URL",
      "preview://HOST[:PORT]/TITLE, preview+ogg:// for its sound, - for a frame stream from "
        + "standard input; with --list a HOST alone will do", \.source, .text),
    options: outputOptions + pictureOptions,
    details: [
      "Draws the pictures of a recording one after the other. Where standard output is no "
        + "terminal, they are written as plain text."
    ],
    example: "previewclient -n 10 --pace 20 preview://localhost/shows/news.ts"
  ) { values throws(Refusal) in try values.job() },
  version: "0.1.0",
  exitCodes: [
    ExitCode(0, "done"), ExitCode(1, "failed, or only a part came"), ExitCode(64, "misused"),
    ExitCode(69, "the server or the sound device isn't available"),
    ExitCode(74, "reading or writing failed"), ExitCode(130, "interrupted"),
  ])
