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
/// It opens nothing, and may not: docs/ISOLATION.md. Jobs take turns, a picture each, unless one was asked for that takes none. It
/// ends when the pool says no more.
final class DecoderWorker: Component, Source, Sink {
  /// A recording that pictures are made of.
  private struct Work {
    let extractor: PreviewExtractor
    let takesTurns: Bool
    let wantsKeyMap: Bool
    var granted = 0
    var served = 0
    var lastSlot: Int?
  }

  let inbox = Inbox<Parcel>()
  let outbox = Outbox<PreviewFrame>()
  private var jobs: [Int: Work] = [:]
  /// Jobs with something granted, in the order of their turns.
  private var turns: [Int] = []
  /// The job that the pool was last told of.
  private var announced: Int?

  override func main() async throws {
    if let board = progressBoard { ReadingProgress.listen { board.advance() } }
    while !isStopping {
      while let parcel = inbox.take() { try await obey(parcel) }
      if turns.isEmpty {
        guard let parcel = await inbox.next() else { return }
        try await obey(parcel)
      } else {
        try await takeTurn()
        // Messages and frames get through between two pictures.
        await yield()
      }
    }
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
    case .close(let job):
      jobs[job] = nil
      turns.removeAll { $0 == job }
    case .working, .spent, .statistics, .keyMap: break
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
      let extractor = try PreviewExtractor(
        descriptor: descriptor, name: title, settings: settings)
      jobs[job] = Work(
        extractor: extractor, takesTurns: request.takesTurns, wantsKeyMap: request.wantsKeyMap)
      let description = PreviewDescription(extractor, title: title, request: request.pictures)
      await outbox.send(PreviewFrame(kind: .description, payload: description.payload))
    } catch {
      await fail(job, "\(error)")
    }
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
      guard let picture = try work.extractor.next() else { return await end(job, work) }
      let skipped = picture.slot - (work.lastSlot ?? (work.extractor.firstSlot - 1)) > 1
      await outbox.send(DecodedPicture(picture, followsGap: skipped).frame)
      work.lastSlot = picture.slot
      work.served += 1
      work.granted -= 1
      jobs[job] = work
      if work.granted > 0 {
        turns.insert(job, at: work.takesTurns ? turns.endIndex : 0)
      } else {
        announced = nil
        await outbox.send(WorkerMessage.spent(job: job).frame)
      }
    } catch {
      if work.served > 0 { return await end(job, work) }
      await tellFacts(job, work)
      await fail(job, "\(error)")
    }
  }

  private func end(_ job: Int, _ work: Work) async {
    jobs[job] = nil
    await tellFacts(job, work)
    let end = PreviewEnd(
      work.extractor.verdict, served: work.served, slots: work.extractor.slotCount)
    await outbox.send(PreviewFrame(kind: .end, payload: end.payload))
  }

  /// What goes before the end.
  private func tellFacts(_ job: Int, _ work: Work) async {
    await outbox.send(
      WorkerMessage.statistics(job: job, DecodingStatistics(work.extractor)).frame)
    if work.wantsKeyMap, let keyMap = work.extractor.keyMapBytes {
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
