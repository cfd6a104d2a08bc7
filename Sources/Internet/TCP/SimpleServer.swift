// SPDX-License-Identifier: Apache-2.0
public import Axon
internal import Glibc

/// Listens at an address and gives every client a protocol component of its own.
///
/// ```swift
/// let server = try SimpleServer(port: 1500) { peer in Echo() }
/// scheduler.activate(server)
/// ```
/// The protocol's `inbox` is what the client sends, its `outbox` what goes to the client: it knows
/// nothing of sockets. It ends with its client, and the client's connection with it, after the last
/// byte has arrived. A client that resets, stalls or sends noise disturbs no other.
public final class SimpleServer: Component {
  /// Where it listens, with the port that the network chose when 0 was asked for.
  public let address: SocketAddress
  private let listener: any Listener
  /// Which network it was told to listen on.
  private let network: Network?
  private let capacity: Int
  private let limit: Int
  private let patience: Duration
  private let placement: Placement
  /// The sockets of those who are being served.
  private var clients: Set<Handle> = []
  /// Out of descriptors, and it was said.
  private var isShort = false
  /// Makes the protocol component for a client and links it to the client's socket.
  private let welcome: (SocketAddress, Outbox<Bytes>, Inbox<Bytes>) throws -> Seed

  /// Takes the port at once; clients are served from activation on.
  ///
  /// - Parameters:
  ///   - host: the address to listen at, as a literal.
  ///   - port: 0 lets the network choose.
  ///   - capacity: messages that wait for a client before its protocol must.
  ///   - limit: clients at once; further ones wait in the network's queue.
  ///   - patience: how long a client may take nothing once its protocol has ended.
  ///   - placement: on which scheduler of a group each client's socket and protocol live, together.
  ///   - network: the kernel's unless given; the port is taken before a scheduler is known.
  ///   - makeProtocol: called for each client with its address.
  /// - Throws: ``InternetError`` when the address can't be listened at.
  public init<P: Source & Sink>(
    host: String = "127.0.0.1", port: UInt16, capacity: Int = 8, limit: Int = 100_000,
    patience: Duration = .seconds(15), placement: Placement = .here,
    on network: Network? = nil,
    protocol makeProtocol: sending @escaping (SocketAddress) -> sending P
  ) throws(InternetError) where P.Input == Bytes, P.Output == Bytes {
    guard let wanted = SocketAddress(literal: host, port: port) else {
      throw InternetError(
        "listen on", host, reason: "not an address; use a literal like 127.0.0.1, 0.0.0.0 or ::1")
    }
    do throws(InternetError) {
      listener = try (network ?? .kernel).listen(at: wanted)
    } catch {
      throw Self.explained(error, at: wanted)
    }
    address = listener.address
    self.network = network
    self.capacity = capacity
    self.limit = limit
    self.patience = patience
    self.placement = placement
    welcome = { peer, received, toSend in
      let handler = makeProtocol(peer)
      try link(received, to: handler.inbox)
      try link(handler.outbox, to: toSend)
      return Seed(handler)
    }
  }

  /// A refusal with what helps, where that is known.
  private static func explained(
    _ refusal: InternetError, at address: SocketAddress
  ) -> InternetError {
    switch refusal.code {
    case EADDRINUSE:
      InternetError(
        "listen on", "\(address)", reason: "the port is in use: choose another, or 0 for a free one"
      )
    case EACCES:
      InternetError("listen on", "\(address)", reason: "ports below 1024 need privileges")
    case EADDRNOTAVAIL:
      InternetError("listen on", "\(address)", reason: "this machine doesn't have that address")
    default: refusal
    }
  }

  /// Where it listens.
  override public var annotation: String? { "\(address)" }

  override public func main() async throws {
    guard network != nil || Network.of(self) === Network.kernel else {
      throw InternetError(
        "serve at", "\(address)",
        reason: "it listens on the kernel's network, its scheduler has a simulated one: pass `on:`")
    }
    let watched = try listener.watch(for: self)
    defer { watched.end() }
    while !isStopping {
      while watched.isReadable, clients.count < limit, !isStopping { try await acceptOne(watched) }
      await pause()
    }
  }

  override public func childEnded(_ child: Handle, _ outcome: Outcome) { clients.remove(child) }

  private func acceptOne(_ watched: Watched) async throws {
    switch listener.accept() {
    case .connection(let stream, let peer):
      isShort = false
      serve(stream, from: peer)
    case .nobody(let code): try await waitOut(code, watched)
    }
    await yield()
  }

  /// Nobody could be let in.
  private func waitOut(_ code: Int32, _ watched: Watched) async throws {
    switch code {
    case EAGAIN: watched.isReadable = false
    case EMFILE, ENFILE, ENOMEM, ENOBUFS:
      // The clients we have go on; the one that waits is let in when one of them leaves.
      if !isShort {
        complain("server at \(address): out of descriptors: raise the limit (ulimit -n)")
      }
      isShort = true
      try await sleep(for: .milliseconds(200))
    case EBADF, EINVAL, ENOTSOCK, EOPNOTSUPP, EFAULT:
      throw InternetError("accept at", "\(address)", code: code)
    default: break  // The client went away before it was let in.
    }
  }

  private func serve(_ stream: any NetworkStream, from peer: SocketAddress) {
    let socket = ConnectedSocket(stream, peer: "\(peer)", capacity: capacity, patience: patience)
    do {
      let handler = try welcome(peer, socket.outbox, socket.inbox)
      let connection = activate(socket, on: placement)
      clients.insert(connection)
      activate(handler, on: .beside(connection))
    } catch {
      complain("server at \(address): no protocol for \(peer): \(error)")
    }
  }
}
