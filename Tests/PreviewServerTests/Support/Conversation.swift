// SPDX-License-Identifier: Apache-2.0
import Axon
import Decoders
import Media

@testable import PreviewServer

/// What a client does, one after the other; then it closes its sending side.
enum Step: Sendable {
  case send([UInt8])
  case wait(Duration)
}

/// Sends what it was given, when it was told to.
final class ScriptedClient: Component, Source {
  let outbox = Outbox<Bytes>()
  private let steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  override func main() async throws {
    do {
      for step in steps {
        switch step {
        case .send(let bytes): guard await outbox.send(bytes) else { return }
        case .wait(let time): try await sleep(for: time)
        }
      }
    } catch is CancellationError {
      // The server closed first.
    }
  }
}

/// Takes what the server sends, and keeps when it came; pauses where it was told to.
final class PatientReader: Component, Sink {
  struct Arrival: Sendable {
    let time: Duration
    let bytes: Bytes
  }

  let inbox = Inbox<Bytes>(capacity: 4)
  let kept = Outbox<[Arrival]>()
  private let stall: (after: Int, for: Duration)?

  init(stall: (after: Int, for: Duration)?) { self.stall = stall }

  override var stopsWhenUnheard: Bool { false }

  override func main() async throws {
    let start = now
    var arrivals: [Arrival] = []
    while let bytes = await inbox.next() {
      arrivals.append(Arrival(time: now - start, bytes: bytes))
      if let stall, arrivals.count == stall.after { try await sleep(for: stall.for) }
    }
    await kept.send(arrivals)
  }
}

/// A frame, and when it had come whole.
struct Received {
  let time: Duration
  let frame: PreviewFrame
}

/// All a client got, and when the connection was over.
struct Conversation {
  var frames: [Received] = []
  var skippedBytes = 0
  var length = Duration.zero

  func count(_ kind: PreviewFrame.Kind) -> Int { frames.filter { $0.frame.kind == kind }.count }
  func first(_ kind: PreviewFrame.Kind) -> Received? { frames.first { $0.frame.kind == kind } }

  var failures: [PreviewFailure] {
    frames.filter { $0.frame.kind == .error }
      .compactMap { try? PreviewFailure(payload: $0.frame.payload) }
  }
  var ends: [PreviewEnd] {
    frames.filter { $0.frame.kind == .end }.compactMap {
      try? PreviewEnd(payload: $0.frame.payload)
    }
  }
}

/// Lets a client talk to a viewer component in virtual time: no sockets, no waiting.
func converse(
  _ steps: [Step], with service: PreviewService, pictures: sending PictureSource? = nil,
  stall: (after: Int, for: Duration)? = nil
) throws -> Conversation {
  let scheduler = Scheduler(time: .virtual, onFault: { complain("\($0)") })
  let client = ScriptedClient(steps)
  let viewer = Viewer(service, peer: "test")
  let reader = PatientReader(stall: stall)
  let kept = Inbox<[PatientReader.Arrival]>()
  try link(client.outbox, to: viewer.inbox)
  try link(viewer.outbox, to: reader.inbox)
  try link(reader.kept, to: kept)
  if let pictures { scheduler.activate(pictures) }
  scheduler.activate(reader)
  scheduler.activate(viewer)
  scheduler.activate(client)
  // What waits for clients to come would wait for ever.
  for left in scheduler.run() { left.stop() }
  scheduler.run()
  var conversation = Conversation()
  var deframer = Deframer()
  for arrival in kept.take() ?? [] {
    deframer.push(arrival.bytes)
    while let frame = try deframer.next() {
      conversation.frames.append(Received(time: arrival.time, frame: frame))
    }
    conversation.length = arrival.time
  }
  conversation.skippedBytes = deframer.skippedBytes + deframer.waitingBytes
  return conversation
}

/// A service for a folder, without decoders of its own.
func service(_ paths: [String], clients: Int = 100) throws -> PreviewService {
  var settings = ServerSettings(decoders: DecoderSettings(processes: 0, arguments: []))
  settings.clientLimit = clients
  return PreviewService(
    catalogue: try Catalogue(paths: paths), settings: settings,
    log: Log(program: "test", least: .error))
}

/// A request as the frame that carries it.
func frame(_ request: PreviewRequest, sequence: UInt32 = 0) throws -> [UInt8] {
  var framer = Framer(nextSequence: sequence)
  return try framer.bytes(of: PreviewFrame(kind: .request, payload: request.payload))
}
