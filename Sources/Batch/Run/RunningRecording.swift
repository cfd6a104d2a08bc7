// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Decoders
internal import Media
internal import Processes

/// A recording that a run is at: its task, and its stretches with the decoders.
///
/// Used by `BatchRun` on its own thread only.
final class RunningRecording {
  let number: Int
  let recording: FoundRecording
  /// The task.
  let task: Handle
  /// What the decoders are asked for; `nil` until the task has opened the recording.
  private(set) var wanted: TaskReport.Wanted?
  private(set) var stretches = Stretches(first: 0)
  private(set) var clients: [StretchClient] = []
  private let feed: Outbox<TaskMessage>
  private let settings: BatchSettings
  private var slots: Int?
  private var isOver = false
  /// It is decoded in one stretch only.
  private var isUndividable = false
  /// Its pictures may depend on where decoding began, and the task was told so.
  private var dependsOnHistory = false
  /// It began anew since another process went on with it, which may happen again.
  private var hasBegunAnew = false
  /// What processes took whose stretches weren't told of since.
  private var spent = DecodingStatistics()
  /// First slots of stretches that another process went on with, and how far each had come.
  private var retried: [Int: Int] = [:]

  init(
    _ number: Int, _ recording: FoundRecording, task: Handle, feed: Outbox<TaskMessage>,
    settings: BatchSettings
  ) {
    self.number = number
    self.recording = recording
    self.task = task
    self.feed = feed
    self.settings = settings
  }

  /// The task has opened the recording: what is left to decode.
  func begin(_ wanted: TaskReport.Wanted) {
    self.wanted = wanted
    stretches = wanted.stretches
    endIfOver()
  }

  /// A stretch that waits for a process.
  var hasWaiting: Bool { wanted != nil && stretches.all.contains { $0.state == .waiting } }

  /// Slots that a second process could take over; 0 where pictures are shown as they come.
  var mostToShare: Int { settings.state == nil || isUndividable ? 0 : stretches.mostToShare }

  /// The next stretch as a job for the decoders.
  func nextJob(of run: Handle) -> DecodingJob? {
    guard let wanted, let stretch = stretches.begin() else { return nil }
    var request = settings.request
    request.pictures.title = recording.name
    request.keyMap = wanted.keyMap
    request.wantsKeyMap = settings.state != nil
    request.takesTurns = false
    // Where a process died, each picture leaves before the next is tried.
    request.gathers = retried[stretch.first] == nil
    let client = StretchClient(stretch, request: request, run: run)
    clients.append(client)
    return DecodingJob(client: client, recording: wanted.descriptor)
  }

  /// Cuts the longest stretch in two, for a process that has nothing to do.
  func split() -> Bool {
    guard mostToShare > 0 else { return false }
    for client in clients { forward(client) }
    let granted = Dictionary(
      clients.map { ($0.first, $0.grantedEnd) }, uniquingKeysWith: { max($0, $1) })
    guard let (running, new) = stretches.split(granted: granted) else { return false }
    clients.first { $0.first == running }?.cut(at: new)
    feed.post(.split(first: running, at: new))
    return true
  }

  /// Hands on what came of a stretch.
  private func forward(_ client: StretchClient) {
    for message in client.takeArrived() { feed.post(message) }
    let stretch = stretches[client.first]
    // A picture beyond the end belongs to another.
    let next = min(client.next, stretch?.end ?? .max)
    if next > stretch?.next ?? 0 {
      _ = stretches.take(slot: next - 1, of: client.first)
    }
  }

  /// Looks at what the decoders have come to.
  ///
  /// - Returns: The number of slots, where it has become known.
  func look() -> Int? {
    lookForHistory()
    var found: Int?
    for client in clients {
      forward(client)
      if slots == nil, let end = client.recordingEnd {
        slots = end - (stretches.all.first?.first ?? 0)
        stretches.know(end: end)
        found = slots
      }
      if let result = client.result {
        forward(client)
        conclude(client, result)
      }
    }
    return found
  }

  /// Whether the pictures of a recording depend on where decoding began.
  private func lookForHistory() {
    if !isUndividable, clients.contains(where: \.isUndividable) {
      isUndividable = true
      if stretches.all.count > 1 { return beginAnew() }
    }
    guard dependsOnHistory || clients.contains(where: \.dependsOnHistory) else { return }
    let hasMoved = !retried.isEmpty || clients.contains(where: \.hasMoved)
    if hasMoved, !hasBegunAnew {
      hasBegunAnew = true
      return beginAnew()
    }
    guard !dependsOnHistory else { return }
    if stretches.all.count > 1 || wanted?.kept ?? 0 > 0 { return beginAnew() }
    dependsOnHistory = true
    feed.post(.dependsOnHistory)
  }

  /// What stretches decoded apart may not fit together: all is decoded again, in one.
  private func beginAnew() {
    for client in clients {
      client.giveUp()
      spent += client.statistics
    }
    clients = []
    retried = [:]
    slots = nil
    dependsOnHistory = false
    // Until the task wants it again.
    wanted = nil
    feed.post(.anew(spent))
    spent = DecodingStatistics()
  }

  private func conclude(_ client: StretchClient, _ result: DecodingResult) {
    let isRuin = if case .failure = result.ending { result.cause != nil } else { false }
    if isRuin, dependsOnHistory, !hasBegunAnew {
      hasBegunAnew = true
      return beginAnew()
    }
    // A process that was killed from outside is no fault of the recording: go on once at a place.
    if isRuin, retried[client.first] != client.next {
      retried[client.first] = client.next
      forward(client)
      spent += client.statistics
      clients.removeAll { $0 === client }
      stretches.yield(client.first)
      return
    }
    end(client, result)
  }

  private func end(_ client: StretchClient, _ result: DecodingResult) {
    clients.removeAll { $0 === client }
    stretches.end(client.first)
    spent += client.statistics
    feed.post(
      .ended(
        first: client.first, client.endedAtCut ? nil : result, keyMap: result.keyMap, spent))
    spent = DecodingStatistics()
    endIfOver()
  }

  private func endIfOver() {
    guard !isOver, stretches.areOver else { return }
    isOver = true
    feed.post(.over)
  }

  /// Nothing is wanted of it any more.
  func close() {
    for client in clients { client.giveUp() }
    feed.finish()
  }
}
