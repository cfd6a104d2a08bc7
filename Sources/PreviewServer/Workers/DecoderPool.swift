// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Internet
internal import Media

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
  private var workers: [WorkerProcess] = []
  private var lastJob = 0
  private var nextLook = Instant(nanoseconds: .min)
  /// When to try again to start processes, after one that couldn't be.
  private var nextRefill = Instant(nanoseconds: .min)
  /// Processes that may die with a job waiting in them before the job is given up.
  private static let movesLimit = 8

  init(_ settings: DecoderSettings, log: Log) {
    self.settings = settings
    self.log = log
  }

  override func main() async throws {
    try tracker.register(inbox, as: "decoders", of: handle)
    tracker.setValue("decoders", to: handle)
    while !isStopping {
      refill()
      while let job = inbox.take() { place(job.stream, job.takeDescriptor(), moves: 0) }
      for worker in workers { listen(to: worker) }
      for worker in workers { look(after: worker) }
      setClock()
      await pause()
    }
    for worker in workers { _ = worker.reap() }
  }

  // MARK: Processes

  private func refill() {
    guard workers.count < settings.processes, now >= nextRefill else { return }
    do {
      while workers.count < settings.processes {
        workers.append(
          try WorkerProcess(arguments: settings.arguments, now: now) { socket in activate(socket) })
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
  private func replace(_ worker: WorkerProcess, why: String) {
    let reason = why + " (\(worker.reap()))"
    workers.removeAll { $0 === worker }
    log(.warning, "decoder died", ["process": "\(worker.process)", "reason": reason])
    if worker.hasSpoken { refill() } else { refillLater() }
    for (number, job) in worker.jobs {
      if number == worker.current || job.moves >= Self.movesLimit {
        clinux_close(job.descriptor)
        fail(job.stream, .unreadable, "decoding failed: \(reason)", advice: nil)
      } else {
        place(job.stream, job.descriptor, moves: job.moves + 1)
      }
    }
  }

  // MARK: Jobs

  /// Gives a job to the process with the least to do; the descriptor is the pool's from here on.
  private func place(_ stream: PictureStream, _ descriptor: Int32, moves: Int) {
    guard !stream.isAbandoned, !stream.isOver else { return clinux_close(descriptor) }
    // All died at once: a recording, which may move only so often, doesn't wait for the next try.
    if workers.isEmpty {
      nextRefill = now
      refill()
    }
    guard let worker = workers.min(by: { $0.jobs.count < $1.jobs.count }),
      worker.jobs.count < settings.jobsPerProcess
    else {
      clinux_close(descriptor)
      return fail(
        stream, .busy, "all decoders are at work on as many recordings as they can hold",
        advice: "try again later")
    }
    guard let request = stream.beginDecoding() else {
      clinux_close(descriptor)
      return stream.finish(.end(PreviewEnd(.complete, framesSent: 0)))
    }
    lastJob += 1
    worker.jobs[lastJob] = WorkerProcess.Job(stream: stream, descriptor: descriptor, moves: moves)
    if !worker.say(.open(job: lastJob, request: request), passing: descriptor) { worker.kill() }
  }

  private func fail(
    _ stream: PictureStream, _ code: PreviewFailure.Code, _ reason: String, advice: String?
  ) {
    stream.finish(.failure(PreviewFailure(code, reason: reason, advice: advice)))
  }

  private func close(_ number: Int, of worker: WorkerProcess) {
    guard let job = worker.jobs.removeValue(forKey: number) else { return }
    worker.working.removeAll { $0 == number }
    if worker.current == number { worker.current = nil }
    clinux_close(job.descriptor)
  }

  /// Grants what viewers will want soon, gives up what nobody watches, notices a hang.
  private func look(after worker: WorkerProcess) {
    for (number, job) in worker.jobs {
      if job.stream.isAbandoned {
        if !worker.say(.close(job: number)) { worker.kill() }
        close(number, of: worker)
        continue
      }
      let pictures = job.stream.takeGrant()
      guard pictures > 0 else { continue }
      if worker.working.isEmpty { worker.lastSign = now }
      if !worker.working.contains(number) { worker.working.append(number) }
      if !worker.say(.grant(job: number, pictures: pictures)) { worker.kill() }
    }
    guard now - worker.lastSign > settings.patience else { return }
    worker.lastSign = now
    if !worker.working.isEmpty {
      replace(worker, why: "no picture for \(settings.patience)")
    }
  }

  // MARK: What the processes say

  private func listen(to worker: WorkerProcess) {
    while let bytes = worker.received.take() {
      worker.lastSign = now
      worker.hasSpoken = true
      worker.deframer.push(bytes)
      do throws(FramingError) {
        while let frame = try worker.deframer.next() { take(frame, from: worker) }
      } catch {
        // Only a process gone mad speaks so; its end is noticed below.
        worker.kill()
      }
    }
    if worker.received.isFinished, worker.received.isEmpty {
      replace(worker, why: "the decoder process ended")
    }
  }

  /// Sees to it that a hang is noticed, while anything is being decoded.
  private func setClock() {
    guard workers.contains(where: { !$0.working.isEmpty }), nextLook <= now else { return }
    nextLook = now + settings.patience / 4
    scheduler.wake(handle, at: nextLook)
  }

  private func take(_ frame: PreviewFrame, from worker: WorkerProcess) {
    if let message = WorkerMessage(frame) {
      switch message {
      case .working(let job): worker.current = job
      case .spent(let job):
        worker.working.removeAll { $0 == job }
        // Should it die now, it didn't die of this job.
        worker.current = nil
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
final class DecodingJob: @unchecked Sendable {
  // Unchecked: the descriptor is taken out once, by the pool that receives the job.
  let stream: PictureStream
  private var descriptor: Int32?

  init(stream: PictureStream, descriptor: consuming Descriptor) {
    self.stream = stream
    self.descriptor = descriptor.release()
  }

  deinit { if let descriptor { clinux_close(descriptor) } }

  func takeDescriptor() -> Int32 {
    defer { descriptor = nil }
    return descriptor ?? -1
  }
}
