// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Synchronization

/// Lets a client look into the system that serves it: docs/PROTOCOL.md, "Introspection".
///
/// ```swift
/// scheduler.activate(try SimpleServer.introspection(port: 1617))
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes of the client: `follow`, `follow counts`, `tree` or `graph`, a line |
/// | `outbox` | text for the client |
///
/// A client that says nothing for a second follows: it gets the text protocol, first all, then what
/// has changed, at most once an interval. What changed is found when the client has room, so a slow
/// one gets the newest state and holds up nobody. It ends after a picture, after a line that it
/// doesn't understand, and when the client is gone.
public final class IntrospectionProtocol: Component, Source, Sink {
  /// Bytes of the client.
  public let inbox = Inbox<Bytes>(capacity: 2)
  /// Text for the client.
  public let outbox = Outbox<Bytes>()
  private let interval: Duration
  private let crowd: Crowd
  private var received: Bytes = []

  /// Time that a client has to ask before it is taken for one that follows, and to end a line.
  private static let silence = Duration.seconds(1)
  private static let patience = Duration.seconds(10)
  /// After so much silence an empty line shows whether a client that closed its half is still there.
  private static let heartbeat = Duration.seconds(15)

  /// How many look at a system, and how many may.
  final class Crowd: Sendable {
    private let count = Atomic(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Counts one in; false when there are too many, though it counts all the same.
    func enter() -> Bool { count.add(1, ordering: .relaxed).newValue <= limit }
    func leave() { count.subtract(1, ordering: .relaxed) }
  }

  /// A protocol for one client.
  ///
  /// - Parameter interval: least time between two looks.
  public convenience init(every interval: Duration = .seconds(1)) {
    self.init(every: interval, in: Crowd(limit: 1))
  }

  init(every interval: Duration, in crowd: Crowd) {
    self.interval = interval
    self.crowd = crowd
  }

  override public func main() async throws {
    let isWelcome = crowd.enter()
    defer { crowd.leave() }
    guard isWelcome else {
      await say("ERROR \"too many clients look already: try again later\"\n")
      return
    }
    do {
      var request = try await firstRequest()
      while case .follow(let detail) = request {
        guard let next = try await follow(detail) else { return }
        request = next
      }
      let snapshot = scheduler.postman.snapshot()
      await say(request == .tree ? snapshot.tree() : snapshot.graphviz())
    } catch let refusal as IntrospectionRequest.Refusal {
      await say(refusal.reason + "\n")
    }
  }

  @discardableResult
  private func say(_ text: String) async -> Bool { await outbox.send(Bytes(text.utf8)) }

  private func nextRequest() throws(IntrospectionRequest.Refusal) -> IntrospectionRequest? {
    while let bytes = inbox.take() { received += bytes }
    return try IntrospectionRequest.next(in: &received)
  }

  private func firstRequest() async throws -> IntrospectionRequest {
    let (deadline, end) = (now + Self.silence, now + Self.patience)
    scheduler.wake(handle, at: deadline)
    scheduler.wake(handle, at: end)
    while !isStopping {
      if let request = try nextRequest() { return request }
      if inbox.isFinished || now >= end {
        // Its last words may lack the end of the line.
        return try IntrospectionRequest(line: String(decoding: received, as: UTF8.self))
      }
      if now >= deadline, received.isEmpty { return .follow(.events) }
      await pause()
    }
    throw CancellationError()
  }

  /// Tells what changes, until the client asks for something else; `nil` when it is gone.
  private func follow(_ detail: Snapshot.Detail) async throws -> IntrospectionRequest? {
    var last: Snapshot?
    var nextLook = now
    var lastSaid = now
    while !isStopping {
      if let request = try nextRequest() { return request }
      let start = now
      if start >= nextLook, !outbox.isFull {
        let snapshot = scheduler.postman.snapshot()
        let lines = snapshot.changes(since: last, detail: detail, toldBy: handle.name)
        last = snapshot
        // Where there is very much to look at, the server's own work goes first.
        nextLook = now + max(interval, (now - start) * 20)
        scheduler.wake(handle, at: nextLook)
        let isOverdue = inbox.isFinished && now - lastSaid >= Self.heartbeat
        if !lines.isEmpty || isOverdue {
          lastSaid = now
          guard await say(lines.map { $0 + "\n" }.joined() + (lines.isEmpty ? "\n" : "")) else {
            return nil
          }
        }
      }
      await pause()
    }
    return nil
  }
}

extension SimpleServer {
  /// A server that lets others look into the system that runs it: what
  /// `previewd serve --introspect` opens.
  ///
  /// - Parameters:
  ///   - host: the address to listen at, as a literal.
  ///   - port: 0 lets the kernel choose.
  ///   - limit: clients at once; the next one is told that there are too many.
  /// - Returns: a server to be activated.
  /// - Throws: ``InternetError`` when the address can't be listened at.
  public static func introspection(
    host: String = "127.0.0.1", port: UInt16, limit: Int = 8
  ) throws(InternetError) -> sending SimpleServer {
    let crowd = IntrospectionProtocol.Crowd(limit: limit)
    return try SimpleServer(host: host, port: port, capacity: 1, limit: 2 * limit) { _ in
      IntrospectionProtocol(every: .seconds(1), in: crowd)
    }
  }
}
