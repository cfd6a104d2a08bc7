// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Internet
internal import Media
internal import Processes

/// Recordings to be decoded go in by the inbox, their pictures into their streams.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | an opened recording with the stream to fill: `DecodingJob` |
///
/// It keeps decoder processes running, gives each job to the one with least to do, and replaces a
/// process that crashed or hung: the recording it was at gets that verdict, all others go on in a new
/// process where they were. Found through the tracker as "decoders". It ends when it is stopped.
final class DecoderPool: Component {
  let inbox = Inbox<DecodingJob>(capacity: 1024, staysOpen: true)
  private let settings: DecoderSettings
  private let log: Log
  private var workers: [Worker] = []
  private var lastJob = 0
  /// When to try again to start processes, after one that couldn't be.
  private var nextRefill = Instant(nanoseconds: .min)
  /// Processes that may die with a job waiting in them before the job is given up.
  private static let movesLimit = 8

  init(_ settings: DecoderSettings, log: Log) {
    self.settings = settings
    self.log = log
  }

  /// That all processes have died is no reason to end.
  override var stopsWhenUnheard: Bool { false }

  override func main() async throws {
    try tracker.register(inbox, as: "decoders", of: handle)
    tracker.setValue("decoders", to: handle)
    defer { tracker.forgetValue("decoders") }
    while !isStopping {
      refill()
      while let job = inbox.take() { place(job.stream, job.recording, moves: 0) }
      for worker in workers { listen(to: worker) }
      for worker in workers { look(after: worker) }
      await pause()
    }
    await childrenEnded()
  }

  override func childEnded(_ child: Handle, _ outcome: Outcome) {
    workers.first { $0.handle == child }?.outcome = outcome
  }

  // MARK: Processes

  private func refill() {
    guard workers.count < settings.processes, now >= nextRefill else { return }
    do {
      while workers.count < settings.processes {
        workers.append(try Worker(settings) { activate($0) })
      }
    } catch {
      log(.error, "no new decoder", ["reason": "\(error)"])
      refillLater()
    }
  }

  /// A program that can't be started now may be in a while: never in a loop.
  private func refillLater() {
    nextRefill = now + .seconds(1)
    scheduler.wake(handle, at: nextRefill)
  }

  /// The process is gone: what it was at fails, the rest moves to another.
  private func replace(_ worker: Worker, _ outcome: Outcome) {
    var reason = "ended"
    var wasReady = true
    var process = "0"
    if case .failed(let failure) = outcome {
      let found = failure.error as? ProcessFailure
      reason = found.map { "\($0.cause)" } ?? "\(failure.error)"
      wasReady = found?.wasReady ?? false
      process = "\(found?.process ?? 0)"
    }
    workers.removeAll { $0 === worker }
    worker.close()
    log(.warning, "decoder died", ["process": process, "reason": reason])
    if wasReady { refill() } else { refillLater() }
    for (number, job) in worker.jobs {
      if number == worker.current || job.moves >= Self.movesLimit {
        fail(job.stream, .unreadable, "decoding failed: the decoder \(reason)", advice: nil)
      } else {
        place(job.stream, job.recording, moves: job.moves + 1)
      }
    }
  }

  // MARK: Jobs

  /// Gives a job to the process with the least to do.
  private func place(_ stream: PictureStream, _ recording: SharedDescriptor, moves: Int) {
    guard !stream.isAbandoned, !stream.isOver else { return }
    // All died at once: a recording, which may move only so often, doesn't wait for the next try.
    if workers.isEmpty {
      nextRefill = now
      refill()
    }
    guard let worker = workers.min(by: { $0.jobs.count < $1.jobs.count }),
      worker.jobs.count < settings.jobsPerProcess
    else {
      return fail(
        stream, .busy, "all decoders are at work on as many recordings as they can hold",
        advice: "try again later")
    }
    guard let request = stream.beginDecoding() else {
      return stream.finish(.end(PreviewEnd(.complete, framesSent: 0)))
    }
    lastJob += 1
    worker.jobs[lastJob] = Worker.Job(stream: stream, recording: recording, moves: moves)
    worker.say(.open(job: lastJob, request: request), passing: recording)
  }

  private func fail(
    _ stream: PictureStream, _ code: PreviewFailure.Code, _ reason: String, advice: String?
  ) {
    stream.finish(.failure(PreviewFailure(code, reason: reason, advice: advice)))
  }

  private func close(_ number: Int, of worker: Worker) {
    worker.jobs[number] = nil
    if worker.current == number { worker.current = nil }
  }

  /// Grants what viewers will want soon, gives up what nobody watches.
  private func look(after worker: Worker) {
    for (number, job) in worker.jobs {
      if job.stream.isAbandoned {
        worker.say(.close(job: number))
        close(number, of: worker)
        continue
      }
      let pictures = job.stream.takeGrant()
      if pictures > 0 { worker.say(.grant(job: number, pictures: pictures)) }
    }
  }

  // MARK: What the processes say

  private func listen(to worker: Worker) {
    while let frame = worker.received.take() { take(frame, from: worker) }
    if let outcome = worker.outcome, worker.received.isEmpty { replace(worker, outcome) }
  }

  private func take(_ frame: PreviewFrame, from worker: Worker) {
    if let message = WorkerMessage(frame) {
      switch message {
      case .working(let job): worker.current = job
      // Should it die now, it didn't die of this job.
      case .spent: worker.current = nil
      case .open, .grant, .close: break
      }
      return
    }
    guard let number = worker.current, let stream = worker.jobs[number]?.stream else { return }
    switch frame.kind {
    case .description:
      if let description = try? PreviewDescription(payload: frame.payload) {
        stream.begin(description)
      }
    case .picture:
      stream.append(
        PictureStream.Entry(
          slot: Int(frame.sequence), time: frame.time, flags: frame.flags, payload: frame.payload,
          check: CRC32.of(frame.payload)))
    case .end:
      if let end = try? PreviewEnd(payload: frame.payload) { stream.finish(.end(end)) }
      close(number, of: worker)
    case .error:
      if let failure = try? PreviewFailure(payload: frame.payload) {
        stream.finish(.failure(failure))
      }
      close(number, of: worker)
    case .request, .audio, .control, .heartbeat, .listing: break
    }
  }
}

/// A recording on its way to a decoder: opened here, decoded there.
struct DecodingJob: Sendable {
  let stream: PictureStream
  let recording: SharedDescriptor
}
