// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import Media

/// The preview protocol for one client: docs/PROTOCOL.md.
///
/// Knows nothing of sockets.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes of the client: request frames |
/// | `outbox` | bytes for the client: the frames of the answers |
///
/// It reads a request, answers it to its end and reads the next. It ends when the client has closed
/// its sending side and everything is answered, when the client is gone, or after an error that the
/// protocol says ends the connection.
final class Viewer: Component, Source, Sink {
  let inbox = Inbox<Bytes>(capacity: 4)
  let outbox = Outbox<Bytes>()
  let service: PreviewService
  let peer: String
  private var deframer = Deframer(payloadLimit: PreviewRequest.payloadLimit)
  private var framer = Framer()
  /// When something was last sent: an answer is never silent for long.
  private(set) var lastSent = Instant(nanoseconds: 0)
  /// Whether the client had no room for what was sent last.
  var hasStalled = false
  /// The next wake-up that was ordered.
  private var alarm: Instant?

  /// Time for a whole request from its first byte, and for the first one from connecting.
  static let requestPatience = Duration.seconds(10)
  static let idlePatience = Duration.seconds(60)
  static let heartbeatInterval = Duration.seconds(5)
  static let noiseLimit = 64 << 10

  init(_ service: PreviewService, peer: String) {
    self.service = service
    self.peer = peer
  }

  override func main() async throws {
    let isWelcome = service.welcome(handle)
    defer { service.goodbye(handle) }
    service.log(.info, "client connected", ["peer": peer])
    do {
      guard isWelcome else {
        throw PreviewFailure(.overloaded, reason: "too many clients", advice: "try again later")
      }
      var isFirst = true
      while let request = try await nextRequest(isFirst: isFirst) {
        isFirst = false
        try await answer(request)
      }
    } catch let failure as PreviewFailure {
      await send(failure)
    } catch is ClientGone {}
    service.log(.info, "client left", ["peer": peer])
    await takeLeave()
  }

  /// Before the server stops, lets the socket deliver the last frames: the client closes, too.
  private func takeLeave() async {
    outbox.finish()
    while service.isDraining, !isStopping {
      if inbox.take() != nil { continue }
      if inbox.isFinished { return }
      await pause()
    }
  }

  /// Answers a request; an error of this kind concerns it alone and is its answer.
  private func answer(_ payload: [UInt8]) async throws {
    do {
      lastSent = now
      let request = try parse(payload)
      service.log(
        .info, "request",
        ["peer": peer, "operation": request.operation.rawValue, "title": request.title ?? ""])
      switch request.operation {
      case .list: try await sendList(below: request.title)
      case .preview: try await sendPictures(request)
      case .sound: try await sendSound(request)
      }
    } catch let failure as PreviewFailure {
      await send(failure)
    } catch let gone as ClientGone {
      throw gone
    } catch {
      service.log(.error, "request failed", ["peer": peer, "reason": "\(error)"])
      await send(PreviewFailure(.internal, reason: "the server has a fault: \(error)"))
    }
  }

  private func parse(_ payload: [UInt8]) throws(PreviewFailure) -> PreviewRequest {
    do throws(MessageError) {
      return try PreviewRequest(payload: payload)
    } catch {
      throw PreviewFailure(.badRequest, reason: error.description)
    }
  }

  private func send(_ failure: PreviewFailure) async {
    service.log(
      .info, "refused", ["peer": peer, "code": failure.code.rawValue, "reason": failure.reason])
    _ = await sendFrame(.error, payload: failure.payload)
  }

  // MARK: Requests

  /// The next request's payload; `nil` when no more will come.
  ///
  /// - Throws: `PreviewFailure` that ends the connection.
  private func nextRequest(isFirst: Bool) async throws -> [UInt8]? {
    var deadline = now + (isFirst ? Self.requestPatience : Self.idlePatience)
    var hasBegun = isFirst
    while !service.isDraining {
      if let payload = try readRequest() { return payload }
      if deframer.skippedBytes > Self.noiseLimit {
        throw PreviewFailure(
          .badRequest, reason: "\(deframer.skippedBytes) bytes were no request",
          advice: "speak the preview protocol, version 1")
      }
      if !hasBegun, deframer.waitingBytes > 0 {
        hasBegun = true
        deadline = now + Self.requestPatience
      }
      if let bytes = inbox.take() {
        deframer.push(bytes)
      } else if inbox.isFinished || isStopping {
        return nil
      } else if now >= deadline {
        guard hasBegun else { return nil }
        throw PreviewFailure(
          .timeout, reason: "no whole request within \(Self.requestPatience)")
      } else {
        wake(at: deadline)
        await pause()
      }
    }
    return nil
  }

  /// A request among the bytes that have come, passing over frames of other kinds.
  private func readRequest() throws(PreviewFailure) -> [UInt8]? {
    do throws(FramingError) {
      while let frame = try deframer.next() {
        if frame.kind == .request { return frame.payload }
      }
      return nil
    } catch {
      switch error {
      case .version(let version):
        throw PreviewFailure(
          .version, reason: "version \(version) of the protocol isn't spoken here",
          advice: "use version 1")
      case .tooLarge(let byteCount, let limit):
        throw PreviewFailure(
          .tooLarge, reason: "a request of \(byteCount) bytes", advice: "send at most \(limit)")
      }
    }
  }

  // MARK: Sending

  /// Thrown when there is nobody to send to any more.
  struct ClientGone: Error {}

  /// Sends a frame, waiting until the client takes it.
  func sendFrame(
    _ kind: PreviewFrame.Kind, flags: PreviewFrame.Flags = [], time: Int64 = 0, payload: [UInt8],
    check: UInt32? = nil
  ) async -> Bool {
    let check = check ?? CRC32.of(payload)
    guard
      let header = try? framer.header(
        kind: kind, flags: flags, time: time, payloadLength: payload.count, payloadCheck: check)
    else { return false }
    lastSent = now
    // Two messages: the header is this client's own, the payload everyone's and never copied.
    if outbox.isFull { hasStalled = true }
    guard await outbox.send(header) else { return false }
    if payload.isEmpty { return true }
    if outbox.isFull { hasStalled = true }
    return await outbox.send(payload)
  }

  /// Waits for something to happen or for the moment, with a sign of life when it takes long.
  func wait(until moment: Instant?, time: Int64) async throws {
    let heartbeat = lastSent + Self.heartbeatInterval
    if now >= heartbeat {
      guard await sendFrame(.heartbeat, time: time, payload: []) else { throw ClientGone() }
      return
    }
    wake(at: moment.map { min($0, heartbeat) } ?? heartbeat)
    await pause()
    if isStopping { throw ClientGone() }
  }

  /// Orders a wake-up, unless an earlier one is ordered already: whoever waits looks at the clock
  /// and orders the next, so that a viewer has one or two of them, however often it is woken.
  private func wake(at moment: Instant) {
    if let alarm, alarm > now, alarm <= moment { return }
    alarm = moment
    scheduler.wake(handle, at: moment)
  }
}
