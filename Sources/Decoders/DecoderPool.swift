// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Files
internal import Media
internal import Processes

/// Recordings to be decoded go in by the inbox, their pictures to their clients.
///
/// ```swift
/// scheduler.activate(DecoderPool(DecoderSettings(processes: 2, arguments: ["me", "worker"])))
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | an opened recording with the client who wants pictures of it: `DecodingJob` |
///
/// It keeps decoder processes running, gives each job to the one with least to do, and replaces a
/// process that crashed or hung: the recording it was at gets that verdict, all others go on in a new
/// process where they were. Found through the tracker as the service "decoders"; the value
/// "decoders" is its handle, to be woken by clients that want more. It ends when it is stopped, and
/// says `producerFinished` on `signal` when its processes have ended. It watches the recordings that
/// are to be followed, and tells their processes when they grow and end.
public final class DecoderPool: Component {
  /// Recordings to be decoded.
  public let inbox: Inbox<DecodingJob>
  private let settings: DecoderSettings
  private let tell: @Sendable (DecoderEvent) -> Void
  private var workers: [Worker] = []
  private var lastJob = 0
  let orders = Outbox<FileOrder>()
  let changes = Inbox<FileEvent>(capacity: 256, staysOpen: true)
  /// What is to be told to the watch of files that grow.
  private var newOrders: [FileOrder] = []
  private var watch: Handle?
  /// When to try again to start processes, after one that couldn't be.
  private var nextRefill = Instant(nanoseconds: .min)
  /// Processes that may die with a job waiting in them before the job is given up.
  private static let movesLimit = 8

  /// A pool that starts its processes when it is activated.
  ///
  /// - Parameters:
  ///   - settings: how many, with what limits.
  ///   - tell: gets to know of processes that die or can't be started.
  public init(
    _ settings: DecoderSettings, tell: @escaping @Sendable (DecoderEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.tell = tell
    // Jobs that wait here are waited for by their senders.
    inbox = Inbox(capacity: settings.whenFull == .wait ? 1 : 1024, staysOpen: true)
  }

  /// That all processes have died is no reason to end.
  override public var stopsWhenUnheard: Bool { false }

  override public func main() async throws {
    try tracker.register(inbox, as: "decoders", of: handle)
    tracker.setValue("decoders", to: handle)
    defer { tracker.forgetValue("decoders") }
    while !isStopping {
      refill()
      for worker in workers { listen(to: worker) }
      while hasRoom, let job = inbox.take() { place(job.client, job.recording, moves: 0) }
      for worker in workers { look(after: worker) }
      while let event = changes.take() { pass(event) }
      try watchFiles()
      await pause()
    }
    await childrenEnded()
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) {
    workers.first { $0.handle == child }?.outcome = outcome
    if child == watch { watch = nil }
  }

  // MARK: Processes

  private func refill() {
    guard workers.count < settings.processes, now >= nextRefill else { return }
    do {
      while workers.count < settings.processes {
        workers.append(try Worker(settings) { activate($0) })
      }
    } catch {
      tell(.notStarted(reason: "\(error)"))
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
    var found: ProcessFailure?
    if case .failed(let failure) = outcome { found = failure.error as? ProcessFailure }
    workers.removeAll { $0 === worker }
    worker.close()
    tell(
      .died(
        process: found?.process ?? 0, cause: found?.cause, lastWords: found?.lastWords ?? ""))
    if found?.wasReady ?? true { refill() } else { refillLater() }
    var reason = found.map { "\($0.cause)" } ?? "ended"
    // An exit code says nothing without what the process said.
    if case .exitCode = found?.cause, let words = found?.lastWords, !words.isEmpty {
      reason += ": \(words)"
    }
    for (number, job) in worker.jobs {
      if job.follows { newOrders.append(.forget(number)) }
      if number == worker.current || job.moves >= Self.movesLimit {
        let failure = PreviewFailure(
          .unreadable, reason: "decoding failed: the decoder \(reason)")
        job.finish(.failure(failure), cause: found?.cause)
      } else {
        place(job.client, job.recording, moves: job.moves + 1)
      }
    }
  }

  // MARK: Jobs

  /// Whether another job may be taken up, if only to be refused.
  private var hasRoom: Bool {
    settings.whenFull == .refuse || workers.contains { $0.jobs.count < settings.jobsPerProcess }
  }

  /// Gives a job to the process with the least to do.
  private func place(_ client: any DecodingClient, _ recording: SharedDescriptor, moves: Int) {
    guard !client.isAbandoned, !client.isOver else { return }
    // All died at once: a recording, which may move only so often, doesn't wait for the next try.
    if workers.isEmpty {
      nextRefill = now
      refill()
    }
    let worker = workers.min { $0.jobs.count < $1.jobs.count }
    // What was taken up once isn't refused any more where refusing isn't the custom.
    guard let worker,
      worker.jobs.count < settings.jobsPerProcess || (moves > 0 && settings.whenFull == .wait)
    else {
      let failure = PreviewFailure(
        .busy, reason: "all decoders are at work on as many recordings as they can hold",
        advice: "try again later")
      return client.finish(DecodingResult(.failure(failure)))
    }
    guard let request = client.beginDecoding() else {
      return client.finish(DecodingResult(.end(PreviewEnd(.complete, framesSent: 0))))
    }
    lastJob += 1
    worker.jobs[lastJob] = Worker.Job(
      client: client, recording: recording, moves: moves, follows: request.follows)
    worker.say(.open(job: lastJob, request: request), passing: recording)
    if request.follows { follow(recording, as: lastJob, in: worker) }
  }

  private func close(_ number: Int, of worker: Worker) {
    if worker.jobs.removeValue(forKey: number)?.follows ?? false {
      newOrders.append(.forget(number))
    }
    if worker.current == number { worker.current = nil }
  }

  /// Grants what viewers will want soon, gives up what nobody watches.
  private func look(after worker: Worker) {
    for (number, job) in worker.jobs {
      if job.client.isAbandoned {
        worker.say(.close(job: number))
        close(number, of: worker)
        continue
      }
      if let slot = job.client.takeCut() { worker.say(.cut(job: number, slot: slot)) }
      let pictures = job.client.takeGrant()
      if pictures > 0 { worker.say(.grant(job: number, pictures: pictures)) }
    }
  }

  // MARK: Recordings that grow

  private func follow(_ recording: SharedDescriptor, as number: Int, in worker: Worker) {
    if let descriptor = recording.duplicate() {
      newOrders.append(.watch(number, WatchedFile(descriptor)))
    } else {
      worker.say(.ended(job: number, fault: nil))
    }
  }

  /// Says to the watch what is new; there is none before it is needed.
  private func watchFiles() throws {
    if newOrders.isEmpty { return }
    if watch == nil {
      let tell = tell
      let component = FileWatch(settings.watching) { tell(.watching($0)) }
      try link(orders, to: component.inbox)
      try link(component.outbox, to: changes)
      watch = activate(component)
    }
    // The watch may wait for us to take its events: we never wait for it.
    while let order = newOrders.first, !orders.isFull {
      orders.post(order)
      newOrders.removeFirst()
    }
  }

  private func pass(_ event: FileEvent) {
    let number = event.file
    guard let worker = workers.first(where: { $0.jobs[number] != nil }) else { return }
    switch event.change {
    case .grew, .shrank: worker.say(.grew(job: number))
    case .moved: break
    case .closed, .quiet: worker.say(.ended(job: number, fault: nil))
    case .gone:
      let fault = "it was deleted or replaced while it was being recorded"
      worker.say(.ended(job: number, fault: fault))
    }
  }

  // MARK: What the processes say

  private func listen(to worker: Worker) {
    while let frame = worker.received.take() { take(frame, from: worker) }
    if let outcome = worker.outcome, worker.received.isEmpty { replace(worker, outcome) }
  }

  private func take(_ frame: PreviewFrame, from worker: Worker) {
    if let message = WorkerMessage(frame) { return take(message, from: worker) }
    guard let number = worker.current, let job = worker.jobs[number] else { return }
    switch frame.kind {
    case .description:
      if let description = try? PreviewDescription(payload: frame.payload) {
        job.client.begin(description)
      }
    case .picture:
      if let picture = DecodedPicture(frame) { job.client.append(picture) }
    case .end:
      if let end = try? PreviewEnd(payload: frame.payload) { job.finish(.end(end)) }
      close(number, of: worker)
    case .error:
      if let failure = try? PreviewFailure(payload: frame.payload) {
        job.finish(.failure(failure))
      }
      close(number, of: worker)
    case .request, .audio, .control, .heartbeat, .listing: break
    }
  }

  private func take(_ message: WorkerMessage, from worker: Worker) {
    switch message {
    case .working(let job): worker.current = job
    // Should it die now, it didn't die of this job.
    case .spent, .waiting: worker.current = nil
    case .undividable(let job): worker.jobs[job]?.client.mustNotDivide()
    case .statistics(let job, let statistics):
      worker.jobs[job]?.statistics = statistics
      worker.jobs[job]?.client.note(statistics)
    case .keyMap(let job, let bytes): worker.jobs[job]?.keyMap = bytes
    case .open, .grant, .cut, .close, .grew, .ended: break
    }
  }
}
