// SPDX-License-Identifier: Apache-2.0
public import Axon
public import Decoders
internal import Media

/// Makes the outputs of one recording after the other, with as many decoder processes as are set.
///
/// ```swift
/// let run = BatchRun(settings, recordings: finder.recordings)
/// try link(run.outbox, to: results.inbox)
/// scheduler.activate(run)
/// ```
/// Processes decode recordings side by side; where there are fewer recordings than processes, they
/// share one, a stretch of time each. One bad recording never stops the others.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | more recordings, as they are found |
/// | `outbox` | the result of each recording, as it ends |
/// | `progress` | how far the run has come, five times a second, where it leads anywhere |
///
/// It ends when all recordings are over and no more can come. Stopped, it leaves what was decoded
/// to the next run.
public final class BatchRun: Component, Source, Sink {
  /// More recordings.
  public let inbox = Inbox<FoundRecording>()
  /// How each went.
  public let outbox = Outbox<RecordingResult>()
  /// How far the run has come.
  public let progress = Outbox<Progress>()

  private let settings: BatchSettings
  private let tell: @Sendable (DecoderEvent) -> Void
  private let reports = Inbox<TaskReport>(capacity: 256, staysOpen: true)
  private let jobs = Outbox<DecodingJob>()
  private var waiting: [FoundRecording]
  private var running: [RunningRecording] = []
  private var results: [RecordingResult] = []
  private var begun = 0
  private var state: Progress
  private var start = Instant(nanoseconds: 0)
  private var nextShow = Instant(nanoseconds: .min)
  private static let showInterval = Duration.milliseconds(200)

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - settings: What is made of every recording.
  ///   - recordings: Those known now.
  ///   - tell: Is told what becomes of decoders.
  public init(
    _ settings: BatchSettings, recordings: [FoundRecording],
    tell: @escaping @Sendable (DecoderEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.tell = tell
    waiting = recordings.reversed()
    state = Progress(interval: settings.request.pictures.interval)
    state.recordings = recordings.count
    for recording in recordings { state.bytes += recording.byteCount }
  }

  override public func main() async throws {
    start = now
    let pool = DecoderPool(settings.decoders, tell: tell)
    try link(jobs, to: pool.inbox)
    let decoders = activate(pool)
    while !isStopping {
      while let recording = inbox.take() { add(recording) }
      while let report = reports.take() { take(report) }
      for recording in running { look(at: recording) }
      startRecordings(decoders)
      startJobs()
      for result in results { await outbox.send(result) }
      results = []
      if running.isEmpty, waiting.isEmpty, inbox.isFinished || !inbox.isFed { break }
      showProgress()
      await pause()
    }
    for recording in running { recording.close() }
    jobs.finish()
    decoders.stop()
    await childrenEnded()
  }

  private func add(_ recording: FoundRecording) {
    waiting.insert(recording, at: 0)
    state.recordings += 1
    state.bytes += recording.byteCount
  }

  // MARK: Recordings

  /// One is prepared while the decoders are at the others.
  private func startRecordings(_ decoders: Handle) {
    while running.count < settings.decoders.processes + 2, let recording = waiting.popLast() {
      begun += 1
      let task = RecordingTask(begun, recording, settings: settings, decoders: decoders)
      let feed = Outbox<TaskMessage>()
      do {
        try link(feed, to: task.inbox)
        try link(task.outbox, to: reports)
      } catch {
        preconditionFailure("a new task's boxes can be linked: \(error)")
      }
      state.begin(begun, bytes: recording.byteCount)
      running.append(
        RunningRecording(begun, recording, task: activate(task), feed: feed, settings: settings))
    }
  }

  private func take(_ report: TaskReport) {
    switch report {
    case .wanted(let wanted):
      let recording = running.first { $0.number == wanted.recording }
      recording?.begin(wanted)
      for _ in 0..<wanted.kept { state.addPicture(of: wanted.recording, isNew: false) }
    case .fed(let recording): state.addPicture(of: recording)
    case .over(let number, let result):
      running.first { $0.number == number }?.close()
      running.removeAll { $0.number == number }
      state.end(number)
      results.append(result)
    }
  }

  private func look(at recording: RunningRecording) {
    if let slots = recording.look() { state.know(slots: slots, of: recording.number) }
  }

  // MARK: Decoders

  private func startJobs() {
    var atWork = running.reduce(0) { $0 + $1.clients.count }
    while atWork < settings.decoders.processes {
      if let recording = running.first(where: \.hasWaiting) {
        guard let job = recording.nextJob(of: handle) else { return }
        jobs.post(job)
        atWork += 1
      } else {
        guard waiting.isEmpty, running.allSatisfy({ $0.wanted != nil }),
          let largest = running.max(by: { $0.mostToShare < $1.mostToShare }), largest.split()
        else { return }
      }
    }
  }

  // MARK: Progress

  private func showProgress() {
    guard settings.countsPictures, now >= nextShow else { return }
    nextShow = now + Self.showInterval
    scheduler.wake(handle, at: nextShow)
    state.elapsed = now - start
    // A look that nobody has taken yet is as good as a newer one.
    progress.post(state)
  }
}
