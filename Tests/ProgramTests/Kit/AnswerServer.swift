// SPDX-License-Identifier: Apache-2.0
import Axon
import Internet
import Media
import Synchronization

/// A server on a real socket that answers each request with bytes prepared by a test.
///
/// ```swift
/// let server = try AnswerServer { request in Answer.frames(of: request) }
/// ```
final class AnswerServer {
  /// What is sent for a request.
  struct Answer: Sendable {
    var bytes: [UInt8]
    /// Whether the connection is closed behind it.
    var closes = false
  }

  let port: Int
  private let scheduler = Scheduler(onFault: { _ in })
  private let log = RequestLog()

  init(_ answer: @escaping @Sendable (PreviewRequest) throws -> Answer) throws {
    let log = log
    let server = try SimpleServer(port: 0) { _ in Answering(log, answer) }
    port = Int(server.address.port)
    scheduler.activate(server)
    scheduler.start()
  }

  deinit { scheduler.stop() }

  /// Requests that came, in order.
  var requests: [PreviewRequest] { log.requests.withLock { $0 } }

  /// Clients whose connection is over.
  var departures: Int { log.departures.load(ordering: .relaxed) }

  /// A URL of this server.
  func url(_ title: String, scheme: String = "preview") -> String {
    "\(scheme)://127.0.0.1:\(port)/\(title)"
  }
}

/// The frames of an answer as the bytes of a connection's beginning.
func bytes(of frames: [PreviewFrame]) throws -> [UInt8] {
  var framer = Framer()
  return try frames.flatMap { try framer.bytes(of: $0) }
}

final class RequestLog: Sendable {
  let requests = Guarded<[PreviewRequest]>([])
  let departures = Atomic(0)
}

/// The protocol: requests in, prepared bytes out.
private final class Answering: Component, Source, Sink {
  let inbox = Inbox<Bytes>()
  let outbox = Outbox<Bytes>()
  private let log: RequestLog
  private let answer: @Sendable (PreviewRequest) throws -> AnswerServer.Answer

  init(
    _ log: RequestLog, _ answer: @escaping @Sendable (PreviewRequest) throws -> AnswerServer.Answer
  ) {
    self.log = log
    self.answer = answer
  }

  override func main() async throws {
    defer { log.departures.add(1, ordering: .relaxed) }
    var deframer = Deframer(payloadLimit: 65_536)
    while let bytes = await inbox.next() {
      deframer.push(bytes)
      while let frame = try deframer.next() {
        let request = try PreviewRequest(payload: frame.payload)
        log.requests.withLock { $0.append(request) }
        let answer = try answer(request)
        guard await outbox.send(answer.bytes), !answer.closes else { return }
      }
    }
  }
}
