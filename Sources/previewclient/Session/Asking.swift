// SPDX-License-Identifier: Apache-2.0
import Axon
import Media

/// One request and its answer: asks, then hands each part of the answer to whom it concerns.
///
/// | box | what travels |
/// |---|---|
/// | `request` | the one frame for the server; open until the answer is over |
/// | `inbox` | the server's frames |
/// | `toShow`, `toSave` | pictures |
/// | `sound` | Ogg pages |
/// | `listings` | recordings |
///
/// It ends with the answer; with `PreviewFailure` where the server refuses; with ``ClientError`` where
/// the answer isn't complete, and for whose part; silently when nobody wants the rest.
final class Asking: Component {
  let request = Outbox<PreviewFrame>()
  let inbox = Inbox<PreviewFrame>()
  let toShow = Outbox<Showing.Message>()
  let toSave = Outbox<ReceivedPicture>()
  let sound = Outbox<Bytes>()
  let listings = Outbox<Listing>()
  private let job: Job
  private var description: PreviewDescription?
  private var counter = SlotCounter(nil)
  private var nextSequence: UInt32?
  private var lostFrames = 0
  private var partCount = 0

  init(_ job: Job) { self.job = job }

  override func main() async throws {
    if case .server(_, _, let wanted) = job.origin {
      await request.send(PreviewFrame(kind: .request, payload: wanted.payload))
    }
    while let frame = await inbox.next() {
      count(frame)
      switch frame.kind {
      case .description: try describe(frame)
      case .picture, .audio, .listing:
        partCount += 1
        guard try await pass(frame) else { return }
      case .end: return try finish(PreviewEnd(payload: frame.payload))
      case .error: throw try PreviewFailure(payload: frame.payload)
      case .request, .control, .heartbeat: break
      }
    }
    if !isStopping { throw unfinished() }
  }

  /// A hole in the sequence: frames that were damaged on the way were left out.
  private func count(_ frame: PreviewFrame) {
    if let nextSequence { lostFrames += Int(frame.sequence &- nextSequence) }
    nextSequence = frame.sequence &+ 1
  }

  private func describe(_ frame: PreviewFrame) throws {
    let description = try PreviewDescription(payload: frame.payload)
    counter = SlotCounter(description.pictures)
    self.description = description
  }

  /// Hands a part on; false when nobody wants it any more.
  private func pass(_ frame: PreviewFrame) async throws -> Bool {
    switch (frame.kind, job.purpose) {
    case (.picture, .pictures(let render, let folder)):
      let picture = picture(frame)
      if folder != nil, await !toSave.send(picture) { return false }
      if render != nil { return await toShow.send(.picture(picture)) || toShow.isHeard }
    case (.audio, .sound): return await sound.send(frame.payload)
    case (.listing, .list): return await listings.send(try Listing(payload: frame.payload))
    default: break
    }
    return true
  }

  private func picture(_ frame: PreviewFrame) -> ReceivedPicture {
    let slot = counter.slot(of: frame)
    return ReceivedPicture(
      jpeg: frame.payload, time: .microseconds(frame.time), slot: slot,
      place: slot - (description?.pictures?.firstSlot ?? 0) + 1,
      places: description?.pictures?.slots, isGrowing: description?.isGrowing ?? false,
      title: description?.title ?? job.name)
  }

  private func finish(_ end: PreviewEnd) throws(ClientError) {
    let reason = end.reason ?? "the server doesn't say why"
    switch end.status {
    case .complete: break
    case .partial: throw ClientError(job.name, "\(end.slotsMissed) slots are missing: \(reason)")
    case .stopped: throw ClientError(job.name, "the answer was stopped: \(reason)", .unavailable)
    case .failed: throw ClientError(job.name, "the recording failed on the way: \(reason)")
    }
    guard lostFrames > 0 else { return }
    throw ClientError(job.name, "\(lostFrames) frames were damaged on the way and left out")
  }

  private func unfinished() -> ClientError {
    guard case .server = job.origin else {
      return ClientError(
        "standard input", "the stream ended without an end frame, after \(partCount) parts")
    }
    return nextSequence == nil
      ? ClientError(job.name, "the server closed the connection without an answer", .unavailable)
      : ClientError(
        job.name, "the connection broke before the answer was over, after \(partCount) parts",
        .unavailable)
  }
}
