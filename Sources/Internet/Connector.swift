// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux

/// Makes one connection to a host: looks its name up and tries each address in turn.
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | the connection, or why there is none |
final class Connector: Component {
  typealias Answer = Result<Connection, InternetError>

  /// A connected descriptor on its way, closed if nobody takes it.
  final class Connection {
    private var descriptor: Descriptor?

    init(_ descriptor: consuming Descriptor) { self.descriptor = consume descriptor }

    /// The open descriptor, once; whoever takes it must close it.
    func takeDescriptor() -> Int32 { descriptor.take()?.release() ?? -1 }
  }

  let outbox = Outbox<Answer>()
  private let host: String
  private let port: UInt16
  private let patience: Duration

  init(host: String, port: UInt16, patience: Duration) {
    self.host = host
    self.port = port
    self.patience = patience
  }

  override func main() async throws {
    var problem = InternetError("connect to", "\(host):\(port)", reason: "no address")
    do throws(InternetError) {
      for address in try await addresses() {
        do throws(InternetError) {
          let connection = Connection(try await connect(to: address))
          await outbox.send(.success(connection))
          return
        } catch {
          problem = error
        }
        if isStopping { return }
      }
    } catch {
      problem = error
    }
    await outbox.send(.failure(problem))
  }

  private func addresses() async throws(InternetError) -> [SocketAddress] {
    if let literal = SocketAddress(literal: host, port: port) { return [literal] }
    let answers = Inbox<Resolver.Answer>()
    let resolver = Resolver(host: host, port: port)
    do throws(LinkError) {
      try link(resolver.outbox, to: answers)
    } catch {
      preconditionFailure("new boxes are linked already: \(error)")
    }
    activate(resolver)
    return try await answers.next()?.get() ?? []
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
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | the host's addresses, or why there are none |
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
