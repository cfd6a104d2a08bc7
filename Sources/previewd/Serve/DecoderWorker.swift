// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux
import Decoders
import Internet
import Media
import Processes
import Recording

/// `previewd worker`: the exit code, when the one who started it is gone.
func decode() -> Int32 {
  runAsProcess(isolated: true) {
    DecoderPreparation.load()
    return DecoderWorker()
  }
}

/// Decodes what a pool asks for.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | `WorkerMessage`s, each request with the recording's descriptor |
/// | `outbox` | `WorkerMessage`s and, behind each that names a job, that job's frames |
///
/// It opens nothing, and may not: docs/ISOLATION.md. Jobs take turns, a picture each, unless one was
/// asked for that takes none. It ends when the pool says no more.
final class DecoderWorker: Component, Source, Sink {
  let inbox = Inbox<Parcel>()
  let outbox = Outbox<PreviewFrame>()
  private var jobs: [Int: DecoderWork] = [:]
  /// Jobs with something granted, in the order of their turns.
  private var turns: [Int] = []
  /// The job that the pool was last told of.
  private var announced: Int?
  private var nextLetThrough = Instant(nanoseconds: .min)
  private static let gathering = Duration.milliseconds(8)

  override func main() async throws {
    if let board = progressBoard { ReadingProgress.listen { board.advance() } }
    while !isStopping {
      while let parcel = inbox.take() { try await obey(parcel) }
      if turns.isEmpty {
        guard let parcel = await inbox.next() else { return }
        try await obey(parcel)
      } else {
        try await takeTurn()
        await letThrough()
      }
    }
  }

  /// Lets messages and frames through: between two pictures, where somebody waits for each; else
  /// every few milliseconds, since both processes wake for them.
  private func letThrough() async {
    let gathers = turns.first.flatMap { jobs[$0] }.map(\.gathers) ?? false
    guard !gathers || now >= nextLetThrough else { return }
    await yield()
    nextLetThrough = now + Self.gathering
  }

  private func obey(_ parcel: Parcel) async throws {
    guard let message = WorkerMessage(parcel.frame) else { return }
    switch message {
    case .open(let job, let request):
      try await announce(job)
      if let recording = parcel.descriptor?.duplicate() {
        await open(job, request, descriptor: recording.release())
      } else {
        await fail(job, "the decoder has no descriptor left")
      }
    case .grant(let job, let pictures):
      guard jobs[job] != nil else { return }
      jobs[job]?.granted += pictures
      if !turns.contains(job) { turns.append(job) }
    case .cut(let job, let slot):
      jobs[job]?.cut = slot
      // One at rest has nothing granted that would bring it to its end.
      if let work = jobs[job], work.isCutOff { try await endAtRest(job, work) }
    case .close(let job):
      jobs[job] = nil
      turns.removeAll { $0 == job }
    case .grew(let job): try await goOn(job) { work throws(RecordingError) in try work.grew() }
    case .ended(let job, let fault):
      try await goOn(job) { work throws(RecordingError) in try work.ended(fault) }
    case .working, .waiting, .spent, .undividable, .statistics, .keyMap: break
    }
  }

  // MARK: Working

  private func open(_ job: Int, _ request: DecodingRequest, descriptor: Int32) async {
    let title = request.pictures.title ?? "recording"
    let settings = PreviewSettings(request)
    // What a message may say and what the engine takes aren't the same in every value.
    if let fault = settings.fault {
      clinux_close(descriptor)
      return await fail(job, "\(fault)")
    }
    do throws(RecordingError) {
      var work = try DecoderWork(request, descriptor: descriptor, title: title)
      try await describe(&work, of: job)
      jobs[job] = work
    } catch {
      await fail(job, "\(error)")
    }
  }

  /// Says what the recording is, as soon as that is known.
  private func describe(_ work: inout DecoderWork, of job: Int) async throws(RecordingError) {
    let description = try work.description()
    if work.foundHistory() { await outbox.send(WorkerMessage.undividable(job: job).frame) }
    guard let description else { return }
    await outbox.send(PreviewFrame(kind: .description, payload: description.payload))
  }

  /// Something happened to a recording that is followed.
  private func goOn(
    _ job: Int, after news: (inout DecoderWork) throws(RecordingError) -> Void
  ) async throws {
    guard var work = jobs[job] else { return }
    try await announce(job)
    do throws(RecordingError) {
      try news(&work)
      try await describe(&work, of: job)
      jobs[job] = work
      if work.granted > 0, !turns.contains(job) {
        turns.append(job)
      } else if turns.isEmpty {
        await wait(job)
      }
    } catch {
      turns.removeAll { $0 == job }
      await fail(job, work, error)
    }
  }

  /// Nothing can be done of this job now: should the process die, it didn't die of it.
  private func wait(_ job: Int) async {
    announced = nil
    await outbox.send(WorkerMessage.waiting(job: job).frame)
  }

  private func fail(_ job: Int, _ reason: String) async {
    jobs[job] = nil
    await outbox.send(
      PreviewFrame(kind: .error, payload: PreviewFailure(.unreadable, reason: reason).payload))
  }

  private func takeTurn() async throws {
    guard !turns.isEmpty else { return }
    let job = turns.removeFirst()
    guard var work = jobs[job] else { return }
    try await announce(job)
    do throws(RecordingError) {
      let step = try work.step()
      try await describe(&work, of: job)
      jobs[job] = work
      switch step {
      case .end: return await end(job, work)
      case .waiting: return await wait(job)
      case .picture(let picture):
        let frame = work.take(picture).frame
        if work.granted == 0 { await tellStatistics(job, work) }
        await outbox.send(frame)
      }
      jobs[job] = work
      if work.isCutOff { return await end(job, work) }
      if work.granted > 0 {
        turns.insert(job, at: work.takesTurns ? turns.endIndex : 0)
      } else {
        announced = nil
        await outbox.send(WorkerMessage.spent(job: job).frame)
      }
    } catch {
      await fail(job, work, error)
    }
  }

  /// What was served before stays good.
  private func fail(_ job: Int, _ work: DecoderWork, _ error: RecordingError) async {
    var work = work
    if work.foundHistory() { await outbox.send(WorkerMessage.undividable(job: job).frame) }
    if work.served > 0 { return await end(job, work) }
    await tellFacts(job, work)
    await fail(job, "\(error)")
  }

  private func end(_ job: Int, _ work: DecoderWork) async {
    jobs[job] = nil
    await tellFacts(job, work)
    await outbox.send(PreviewFrame(kind: .end, payload: work.end.payload))
  }

  private func endAtRest(_ job: Int, _ work: DecoderWork) async throws {
    turns.removeAll { $0 == job }
    try await announce(job)
    await end(job, work)
  }

  /// What it took so far: before the last picture of a grant, behind which the pool may listen no
  /// more.
  private func tellStatistics(_ job: Int, _ work: DecoderWork) async {
    guard let extractor = work.extractor else { return }
    await outbox.send(WorkerMessage.statistics(job: job, DecodingStatistics(extractor)).frame)
  }

  /// What goes before the end.
  private func tellFacts(_ job: Int, _ work: DecoderWork) async {
    guard let extractor = work.extractor else { return }
    await tellStatistics(job, work)
    if work.wantsKeyMap, let keyMap = extractor.keyMapBytes {
      await outbox.send(WorkerMessage.keyMap(job: job, keyMap).frame)
    }
  }

  /// Tells the pool whose frames follow, before anything can go wrong with that recording.
  private func announce(_ job: Int) async throws {
    guard announced != job else { return }
    announced = job
    await outbox.send(WorkerMessage.working(job: job).frame)
    try await allIsWritten()
  }
}
