// SPDX-License-Identifier: Apache-2.0
import Arguments
import Axon
import Batch
import Decoders
import Files
import Glibc
import Media
import Outputs
import Processes

/// `previewd extract`: outputs of many recordings; the exit code.
func extract(_ values: ExtractValues) -> Int32 {
  // Whoever reads the output may go away: the write says so.
  signal(SIGPIPE, SIG_IGN)
  var finder = RecordingFinder(goesDown: values.goesDown)
  var watched: [String] = []
  do throws(MediaError) {
    for path in values.paths + (try listed(values.list)) {
      if values.watches, isFolder(path) {
        watched.append(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
      } else {
        finder.add(path)
      }
    }
  } catch {
    complain("previewd: \(error)")
    return 66
  }
  if values.watches, watched.isEmpty {
    complain("previewd: there is nothing to watch: give a folder")
    return 64
  }
  if values.hasOwnPlace, finder.recordings.count + finder.problems.count > 1 || !watched.isEmpty {
    complain("previewd: a frame stream holds one recording: give one, or a folder with -o")
    return 64
  }
  let outcome = Outcome(values)
  for problem in finder.problems { outcome.add(missing: problem) }
  return run(values, finder.recordings, watched, outcome)
}

private func isFolder(_ path: String) -> Bool {
  var facts = stat()
  return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
}

private func run(
  _ values: ExtractValues, _ recordings: [FoundRecording], _ watched: [String],
  _ outcome: Outcome
) -> Int32 {
  let scheduler = Scheduler(onFault: { fault in
    // What becomes of a decoder is its recording's verdict.
    if !(fault.error is ProcessFailure) { complain("previewd: \(fault)") }
  })
  let interrupts = Interrupts()
  Signals.onInterrupt { _ in
    // The second one doesn't wait.
    if interrupts.isFirst() { scheduler.stop() } else { _exit(130) }
  }
  let line = StatusLine(isWanted: !values.isQuiet && !values.isPiped)
  var settings = batchSettings(values, recordings)
  settings.countsPictures = line != nil
  let run = BatchRun(
    settings, recordings: recordings,
    tell: { event in
      if case .notStarted(let reason) = event { complain("previewd: \(event.name): \(reason)") }
    })
  let printer = ResultPrinter(outcome, line: line)
  do {
    try link(run.outbox, to: printer.inbox)
    try link(run.progress, to: printer.progress)
    if !watched.isEmpty { try watch(watched, values, for: run.inbox, on: scheduler) }
  } catch {
    complain("previewd: \(error)")
    return 70
  }
  scheduler.activate(run)
  scheduler.activate(printer)
  scheduler.run()
  // Watching has no other end.
  if interrupts.wasInterrupted, watched.isEmpty {
    complain("previewd: interrupted")
    return 130
  }
  return outcome.exitCode
}

/// Has finished recordings of folders sent to a run.
private func watch(
  _ folders: [String], _ values: ExtractValues, for inbox: Inbox<FoundRecording>,
  on scheduler: Scheduler
) throws {
  var settings = WatchSettings()
  settings.quietTime = values.quietTime
  let events = FolderWatch(
    folders, where: { RecordingKind(nameOf: $0) != nil }, settings: settings,
    tell: { trouble in
      let facts = trouble.facts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      complain("previewd: \(trouble.name): \(facts)")
    })
  let recordings = RecordingWatch(folders, goesDown: values.goesDown)
  try link(events.outbox, to: recordings.inbox)
  try link(recordings.outbox, to: inbox)
  scheduler.activate(events)
  scheduler.activate(recordings)
}

/// Paths that a file or standard input lists.
private func listed(_ list: String?) throws(MediaError) -> [String] {
  guard let list else { return [] }
  let number = list == "-" ? STDIN_FILENO : unsafe open(list, O_RDONLY | O_CLOEXEC)
  guard number >= 0 else {
    throw MediaError(
      operation: "open", subject: list, reason: unsafe String(cString: strerror(errno)))
  }
  defer { if number != STDIN_FILENO { close(number) } }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = unsafe read(number, &buffer, buffer.count)
    if count == 0 { return RecordingFinder.paths(inList: bytes) }
    if count < 0 {
      if errno == EINTR { continue }
      throw MediaError(
        operation: "read", subject: list, reason: unsafe String(cString: strerror(errno)))
    }
    bytes += buffer[..<count]
  }
}

private func batchSettings(
  _ values: ExtractValues, _ recordings: [FoundRecording]
) -> BatchSettings {
  let isLive = values.isPiped || values.pace != .asap || values.follows
  var decoders = DecoderSettings(processes: values.processes, arguments: ["previewd", "worker"])
  decoders.areForkedAhead = true
  decoders.watching.quietTime = values.quietTime
  let outputs = ChosenOutputs(values, recordings)
  var request = values.pictures.request
  request.follows = values.follows
  var settings = BatchSettings(
    request: request, decoders: decoders,
    state: isLive ? nil : StateFolder.usual(environment),
    place: { outputs.place(of: $0) },
    outputs: { recording throws(MediaError) in try outputs.outputs(of: recording) })
  settings.pace =
    switch values.pace {
    case .asap: nil
    case .realtime: 1
    case .rate(let rate): rate
    }
  settings.repeats = values.repeats
  settings.isRehearsal = values.isRehearsal
  return settings
}

private func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
