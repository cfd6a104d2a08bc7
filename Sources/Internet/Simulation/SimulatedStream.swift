// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// One end of a simulated connection, as a socket holds it.
final class SimulatedStream: NetworkStream, @unchecked Sendable {
  // Unchecked: all simulated is used on one scheduler's thread.
  let connection: SimulatedConnection
  private let side: SimulatedConnection.Side

  init(_ connection: SimulatedConnection, _ side: SimulatedConnection.Side) {
    self.connection = connection
    self.side = side
    connection.network.count(1)
  }

  deinit {
    connection.close(side)
    connection.network.count(-1)
  }

  func watch(for component: Component) throws(InternetError) -> Watched {
    let watch = Watch(notify: component.waker())
    connection[side].watch = watch
    if connection[side].wire.hasEnded || connection[side].failure != 0 {
      watch.raise(hungUp: true)
    }
    return Watched(watch) { [connection, side] in connection[side].watch = nil }
  }

  func receive(into place: UnsafeMutableRawBufferPointer) -> Int {
    unsafe connection.receive(side, into: place)
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Int { unsafe connection.send(side, bytes) }

  var unsent: Int { connection[side.other].wire.underWay }

  var error: Int32 { connection[side].failure }

  func finishSending() { connection.finishSending(side) }

  func resetOnClose() { connection[side].resetsOnClose = true }
}

/// An address of a simulated network at which others may connect.
final class SimulatedListener: Listener, @unchecked Sendable {
  // Unchecked: all simulated is used on one scheduler's thread.
  let address: SocketAddress
  private let network: SimulatedNetwork
  private var watch: Watch?
  private var waiting: [SimulatedStream] = []

  init(at address: SocketAddress, on network: SimulatedNetwork) {
    self.address = address
    self.network = network
  }

  deinit { network.forget(address) }

  /// Whether it has no place for another who wants to be let in.
  var isFull: Bool { waiting.count >= network.conditions.backlog }

  /// Somebody has connected.
  func take(_ stream: SimulatedStream) {
    waiting.append(stream)
    watch?.raise(readable: true)
  }

  func watch(for component: Component) throws(InternetError) -> Watched {
    watch = Watch(notify: component.waker())
    guard let watch else { preconditionFailure("a watch was just made") }
    return Watched(watch) { [weak self] in self?.watch = nil }
  }

  func accept() -> Arrival {
    guard !waiting.isEmpty else { return .nobody(EAGAIN) }
    if network.draw({ $0.chance($1.shortages) }) { return .nobody(EMFILE) }
    let stream = waiting.removeFirst()
    // Some systems hand out a connection that was reset meanwhile, some don't.
    if stream.error != 0, network.draw({ random, _ in random.chance(0.5) }) {
      return .nobody(ECONNABORTED)
    }
    return .connection(stream, from: stream.connection.client)
  }
}
