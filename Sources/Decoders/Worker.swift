// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Media
internal import Processes

/// One decoder process as its pool sees it: what it was given, and how to talk to it.
///
/// Used by `DecoderPool` on its own thread only.
final class Worker {
  /// What a job is: who gets the pictures, and the recording, which outlives the process.
  struct Job {
    let client: any DecodingClient
    let recording: SharedDescriptor
    /// Processes that died while they had it.
    let moves: Int
    /// It is being recorded, and watched.
    let follows: Bool
    /// What comes with its end.
    var statistics: DecodingStatistics?
    var keyMap: [UInt8]?

    /// Tells the client that nothing more will come.
    func finish(_ ending: DecodingResult.Ending, cause: ProcessFailure.Cause? = nil) {
      var result = DecodingResult(ending)
      result.statistics = statistics
      result.keyMap = keyMap
      result.cause = cause
      client.finish(result)
    }
  }

  /// Messages that wait for the process: requests and grants for all it may hold.
  private static let capacity = 1024

  /// The process component.
  let handle: Handle
  /// What the process says.
  let received: Inbox<PreviewFrame>
  var jobs: [Int: Job] = [:]
  /// The job that the process is at; its frames are coming.
  var current: Int?
  /// How the process ended, once it has.
  var outcome: Outcome?
  private let speaking: Outbox<Parcel>

  /// Makes a process; `activate` is to start it.
  init(_ settings: DecoderSettings, activate: (sending ProcessComponent) -> Handle)
    throws(LinkError)
  {
    var process = ProcessSettings(
      program: settings.program ?? ProcessSettings.thisProgram, name: settings.arguments.first,
      arguments: Array(settings.arguments.dropFirst()))
    process.isForkedAhead = settings.areForkedAhead
    process.deadline = settings.patience
    process.budget = settings.budget
    process.limits.memory = settings.memoryLimit
    // Each recording is there twice while it is handed over.
    process.limits.files = 32 + 3 * settings.jobsPerProcess
    process.payloadLimit = PreviewFrame.payloadLimit
    // What it complains of belongs to the report of its end, not between the lines of our log.
    process.keepsErrors = true
    let component = ProcessComponent(process, capacity: Self.capacity)
    received = Inbox(capacity: 64)
    speaking = Outbox()
    try link(speaking, to: component.parcels)
    try link(component.outbox, to: received)
    handle = activate(component)
  }

  /// Says something to the process; one that takes no more is given up.
  func say(_ message: WorkerMessage, passing recording: SharedDescriptor? = nil) {
    if speaking.post(Parcel(message.frame, passing: recording)) == .full { handle.stop() }
  }

  /// Lets go of what led to the process, which has ended.
  func close() {
    speaking.finish()
    received.close()
  }
}
