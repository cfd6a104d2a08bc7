// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// A simulated network as one of its hosts has it.
final class SimulatedHost: Network, @unchecked Sendable {
  // Unchecked: as the whole network.
  private let network: SimulatedNetwork
  private let address: String

  init(_ address: String, on network: SimulatedNetwork) {
    precondition(
      SocketAddress(literal: address, port: 0) != nil, "\(address) is no address like 10.0.0.2")
    self.network = network
    self.address = address
  }

  override func listen(at wanted: SocketAddress) throws(InternetError) -> any Listener {
    guard wanted.isWildcard || wanted.host == address else {
      throw InternetError("listen on", "\(wanted)", code: EADDRNOTAVAIL)
    }
    return try network.listen(at: wanted, on: address)
  }

  override func connect(to server: SocketAddress) throws(InternetError) -> any NetworkStream {
    try network.connect(to: server, from: address)
  }

  override func addresses(
    of host: String, port: UInt16, for component: Component
  ) async throws(InternetError) -> [SocketAddress] {
    try await network.addresses(of: host, port: port, for: component)
  }
}
