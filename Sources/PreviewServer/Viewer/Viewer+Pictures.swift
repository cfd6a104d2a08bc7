// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Decoders
internal import Internet
internal import Media
internal import Processes

extension Viewer {
  /// Answers `preview`: a description, pictures at their pace, an end.
  func sendPictures(_ request: PreviewRequest) async throws {
    guard let title = request.title else {
      throw PreviewFailure(.badRequest, reason: "Title: must be there")
    }
    let (stream, forget) = try await joinStream(title, request)
    defer { service.store.leave(stream, viewer: handle) }
    var progress = Progress(pace: request.pace)
    do {
      try await sendPictures(of: stream, &progress)
    } catch let failure as PreviewFailure {
      forget()
      service.log(
        .warning, "recording failed", ["title": title, "reason": failure.reason])
      throw failure
    }
  }

  /// The stream of these pictures: one that is there, or a new one and a job for the decoders.
  private func joinStream(
    _ title: String, _ request: PreviewRequest
  ) async throws -> (PictureStream, () -> Void) {
    let found = try service.catalogue.open(title)
    let key = FrameStore.Key(found.identity, title, request)
    let decoders: Inbox<DecodingJob> = try tracker.service("decoders")
    let workers: Handle = try tracker.value("decoders")
    let isGrowing = found.isGrowing
    let (stream, isNew) = service.store.join(key, viewer: handle) {
      PictureStream(request: request, decoders: workers, isGrowing: isGrowing)
    }
    if isNew {
      let jobs = Outbox<DecodingJob>()
      try link(jobs, to: decoders)
      await jobs.send(
        DecodingJob(client: stream, recording: SharedDescriptor(found.descriptor)))
      jobs.finish()
    }
    let store = service.store
    return (stream, { store.remove(key, stream) })
  }

  /// What was sent of an answer so far.
  private struct Progress {
    let pace: PreviewRequest.Pace
    var place = 0
    var sent = 0
    var missed = 0
    var time: Int64 = 0
    /// When the first slot was due, and which it was.
    var start: (moment: Instant, slot: Int)?
    var skipped = false

    /// When a slot is due; `nil` when it is as soon as it can be sent.
    func due(_ slot: Int, interval: Duration) -> Instant? {
      guard let start else { return nil }
      let offset = interval * (slot - start.slot)
      switch pace {
      case .asap: return nil
      case .realtime: return start.moment + offset
      case .rate(let factor): return start.moment + offset / factor
      }
    }
  }

  private func sendPictures(of stream: PictureStream, _ progress: inout Progress) async throws {
    var isDescribed = false
    while true {
      if service.isDraining {
        guard isDescribed else {
          throw PreviewFailure(
            .busy, reason: "the server is shutting down", advice: "try again later")
        }
        return try await end(.init(.stopped, framesSent: 0), progress)
      }
      if !isDescribed, let description = stream.description {
        guard await sendFrame(.description, payload: description.payload) else {
          throw ClientGone()
        }
        isDescribed = true
      }
      switch stream.look(at: progress.place, by: handle) {
      case .later: try await wait(until: nil, time: progress.time)
      case .picture(let entry):
        let next = hasStalled ? stream.slot(at: progress.place + 1) : nil
        try await send(entry, before: next, stream.request.interval, &progress)
      case .over(.failure(let failure)): throw failure
      case .over(.end(let end)): return try await self.end(end, progress)
      case .gone:
        progress.place += 1
        progress.missed += 1
        progress.skipped = true
      }
    }
  }

  /// Sends a picture when it is due; at a pace, one for which the client has no room is left out.
  private func send(
    _ entry: PictureStream.Entry, before next: Int?, _ interval: Duration,
    _ progress: inout Progress
  ) async throws {
    if progress.start == nil { progress.start = (now, entry.slot) }
    if let due = progress.due(entry.slot, interval: interval) {
      if now < due { return try await wait(until: due, time: progress.time) }
      let isOutrun =
        next.flatMap { progress.due($0, interval: interval) }.map { $0 <= now } ?? false
      if outbox.isFull || isOutrun {
        // The newest wins: what is late is not worth waiting for.
        progress.place += 1
        progress.missed += 1
        progress.skipped = true
        return
      }
    }
    hasStalled = false
    var flags = entry.flags
    if progress.skipped { flags.insert(.discontinuity) }
    let isSent = await sendFrame(
      .picture, flags: flags, time: entry.time, payload: entry.payload, check: entry.check)
    guard isSent else { throw ClientGone() }
    progress.place += 1
    progress.sent += 1
    progress.time = entry.time
    progress.skipped = false
  }

  private func end(_ end: PreviewEnd, _ progress: Progress) async throws {
    var end = end
    end.framesSent = progress.sent
    end.slotsMissed += progress.missed
    if end.status == .complete, progress.missed > 0 {
      end.status = .partial
      end.reason = "the client took \(progress.missed) pictures too late"
    }
    if end.status == .stopped { end.reason = "the server is shutting down" }
    guard await sendFrame(.end, time: progress.time, payload: end.payload) else {
      throw ClientGone()
    }
  }
}
