// SPDX-License-Identifier: Apache-2.0
import Axon
import Media
import Processes

/// Sends frames, then ends, or waits until nobody listens.
final class Giver: Component, Source {
  let outbox = Outbox<PreviewFrame>()
  private let frames: [PreviewFrame]
  private let staysOpen: Bool
  private let sent: Guarded<Int>

  init(_ frames: [PreviewFrame], staysOpen: Bool = false, sent: Guarded<Int> = Guarded(0)) {
    self.frames = frames
    self.staysOpen = staysOpen
    self.sent = sent
  }

  override func main() async throws {
    for frame in frames {
      guard await outbox.send(frame) else { return }
      sent.withLock { $0 += 1 }
    }
    while staysOpen, !isStopping { await pause() }
  }
}

/// Keeps what comes; does `act` with each frame.
final class Taker: Component, Sink {
  let inbox = Inbox<PreviewFrame>(capacity: 2)
  /// Frames that have come.
  private(set) var count = 0
  private let kept: Guarded<[PreviewFrame]>
  private let act: @Sendable (PreviewFrame, Taker) async throws -> Void

  init(
    _ kept: Guarded<[PreviewFrame]>,
    act: @escaping @Sendable (PreviewFrame, Taker) async throws -> Void = { _, _ in }
  ) {
    self.kept = kept
    self.act = act
  }

  override func main() async throws {
    while let frame = await inbox.next() {
      kept.withLock { $0.append(frame) }
      count += 1
      try await act(frame, self)
    }
  }
}

/// What came of a process component.
struct Talk {
  var frames: [PreviewFrame] = []
  var failures: [ProcessFailure] = []
  var failure: ProcessFailure? { failures.first }
  var texts: [String] { frames.map { String(decoding: $0.payload, as: UTF8.self) } }
}

/// Collects what ends by an error.
final class Faults: Sendable {
  private let list = Guarded<[ProcessFailure]>([])
  var all: [ProcessFailure] { list.withLock { $0 } }
  @Sendable func add(_ failure: Failure) {
    if let found = failure.error as? ProcessFailure { list.withLock { $0.append(found) } }
  }
}

/// Runs a child between a source and a sink until all have ended.
func talk(
  to settings: ProcessSettings, _ frames: [PreviewFrame], staysOpen: Bool = false,
  act: @escaping @Sendable (PreviewFrame, Taker) async throws -> Void = { _, _ in }
) throws -> Talk {
  let faults = Faults()
  let kept = Guarded<[PreviewFrame]>([])
  let scheduler = Scheduler(onFault: faults.add)
  try activateTalk(on: scheduler, settings, frames, staysOpen: staysOpen, kept: kept, act: act)
  _ = scheduler.run()
  return Talk(frames: kept.withLock { $0 }, failures: faults.all)
}

/// The same beside others on one scheduler; the process component's handle.
@discardableResult
func activateTalk(
  on scheduler: Scheduler, _ settings: ProcessSettings, _ frames: [PreviewFrame],
  staysOpen: Bool = false, kept: Guarded<[PreviewFrame]> = Guarded([]),
  act: @escaping @Sendable (PreviewFrame, Taker) async throws -> Void = { _, _ in }
) throws -> Handle {
  let giver = Giver(frames, staysOpen: staysOpen)
  let process = ProcessComponent(settings)
  let taker = Taker(kept, act: act)
  try link(giver.outbox, to: process.inbox)
  try link(process.outbox, to: taker.inbox)
  scheduler.activate(giver)
  scheduler.activate(taker)
  return scheduler.activate(process)
}
