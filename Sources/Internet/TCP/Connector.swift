// SPDX-License-Identifier: Apache-2.0
internal import Axon

/// Makes one connection to a host: looks its name up and tries each address in turn.
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | the connection, or why there is none |
final class Connector: Component {
  typealias Answer = Result<any NetworkStream, InternetError>

  let outbox = Outbox<Answer>()
  private let host: String
  private let port: UInt16
  private let patience: Duration
  /// The scheduler's own, unless given.
  private let given: Network?

  init(host: String, port: UInt16, patience: Duration, on network: Network?) {
    given = network
    self.host = host
    self.port = port
    self.patience = patience
  }

  override func main() async throws {
    let network = given ?? Network.of(self)
    var problem = InternetError("connect to", "\(host):\(port)", reason: "no address")
    do throws(InternetError) {
      for address in try await addresses(on: network) {
        do throws(InternetError) {
          await outbox.send(.success(try await connect(to: address, on: network)))
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

  private func addresses(on network: Network) async throws(InternetError) -> [SocketAddress] {
    if let literal = SocketAddress(literal: host, port: port) { return [literal] }
    return try await network.addresses(of: host, port: port, for: self)
  }

  private func connect(
    to address: SocketAddress, on network: Network
  ) async throws(InternetError) -> any NetworkStream {
    let stream = try network.connect(to: address)
    let watched = try stream.watch(for: self)
    defer { watched.end() }
    watched.isWritable = false
    let deadline = now + patience
    scheduler.wake(handle, at: deadline)
    while !watched.isWritable, now < deadline, !isStopping { await pause() }
    let code = stream.error
    guard code == 0 else { throw InternetError("connect to", "\(address)", code: code) }
    guard watched.isWritable else {
      throw InternetError("connect to", "\(address)", reason: "no answer within \(patience)")
    }
    return stream
  }
}
