// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import CLinux

/// Connects to a server; then it is a `ConnectedSocket`.
///
/// | box | what travels |
/// |---|---|
/// | `inbox` | bytes for the server; what comes before the connection stands waits |
/// | `outbox` | bytes from the server |
///
/// Names are looked up on a thread of their own; each address is tried in turn. It ends with the
/// connection, or with ``InternetError`` when none could be made.
public final class TCPClient: Component, Source, Sink {
  /// Bytes for the server.
  public let inbox: Inbox<Bytes>
  /// Bytes from the server.
  public let outbox = Outbox<Bytes>()
  private let host: String
  private let port: UInt16
  private let patience: Duration

  /// A client for this server; it connects when it is activated.
  ///
  /// - Parameters:
  ///   - host: a name or an address.
  ///   - patience: how long each address is given to answer.
  public init(host: String, port: UInt16, patience: Duration = .seconds(10)) {
    self.host = host
    self.port = port
    self.patience = patience
    inbox = Inbox(capacity: 8)
  }

  /// What is still to be sent arrives when nobody reads any more.
  override public var stopsWhenUnheard: Bool { false }

  override public func main() async throws {
    let descriptor = try await connect()
    let socket = ConnectedSocket(descriptor, peer: "\(host):\(port)")
    try link(inbox, to: socket.inbox)
    try link(socket.outbox, to: outbox)
    activate(socket)
    await childrenEnded()
  }

  private func connect() async throws -> Descriptor {
    var problem = InternetError("connect to", "\(host):\(port)", reason: "no address")
    for address in try await addresses() {
      if isStopping { throw CancellationError() }
      do throws(InternetError) {
        return try await connect(to: address)
      } catch {
        problem = error
      }
    }
    throw problem
  }

  private func addresses() async throws -> [SocketAddress] {
    if let literal = SocketAddress(literal: host, port: port) { return [literal] }
    let answers = Inbox<Resolver.Answer>()
    let resolver = Resolver(host: host, port: port)
    try link(resolver.outbox, to: answers)
    activate(resolver)
    guard let answer = await answers.next() else { throw CancellationError() }
    return try answer.get()
  }

  private func connect(to address: SocketAddress) async throws(InternetError) -> Descriptor {
    let number = unsafe withUnsafePointer(to: address.raw) { unsafe clinux_connect($0) }
    guard number >= 0 else { throw InternetError("connect to", "\(address)", code: -number) }
    let descriptor = Descriptor(number)
    let watched = try Selector.of(self).watch(number, for: self)
    defer { watched.end() }
    watched.isWritable = false
    let deadline = now + patience
    scheduler.wake(handle, at: deadline)
    while !watched.isWritable, now < deadline, !isStopping { await pause() }
    let code = clinux_socket_error(number)
    guard code == 0 else { throw InternetError("connect to", "\(address)", code: code) }
    guard watched.isWritable else {
      throw InternetError("connect to", "\(address)", reason: "no answer within \(patience)")
    }
    return descriptor
  }
}

/// Looks up one name on a thread of its own, because the system's resolver blocks.
final class Resolver: ThreadedComponent {
  typealias Answer = Result<[SocketAddress], InternetError>
  let outbox = Outbox<Answer>()
  private let host: String
  private let port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  override func threadMain() {
    let (host, port) = (host, port)
    outbox.blockingSend(
      Result { () throws(InternetError) in try SocketAddress.resolve(host, port: port) })
  }
}
