// SPDX-License-Identifier: Apache-2.0
package import Axon

/// What sockets, servers and clients stand on: the kernel's network, or a simulated one.
///
/// ```swift
/// let server = try SimpleServer(port: 1500, on: simulation.network) { _ in Echo() }
/// ```
/// A component on a simulation's scheduler finds the network there by itself.
public class Network: @unchecked Sendable {
  // Unchecked: the kernel's has no state; a simulated one is used on its scheduler's thread only.

  /// The network of this machine.
  public static let kernel: Network = KernelNetwork()

  init() {}

  /// The network of a component's scheduler: the kernel's, unless it is simulated.
  ///
  /// Kept in the tracker as the value "network".
  package static func of(_ component: Component) -> Network {
    (try? component.tracker.value("network")) ?? .kernel
  }

  /// Takes an address, for others to connect to.
  ///
  /// - Throws: ``InternetError`` with the reason's error number.
  package func listen(at address: SocketAddress) throws(InternetError) -> any Listener {
    preconditionFailure("\(type(of: self)) can't listen")
  }

  /// Begins a connection; the stream becomes writable when it stands or has failed.
  ///
  /// - Throws: ``InternetError`` when it fails at once.
  package func connect(to address: SocketAddress) throws(InternetError) -> any NetworkStream {
    preconditionFailure("\(type(of: self)) can't connect")
  }

  /// Every address of a host, in order of preference.
  ///
  /// - Throws: ``InternetError`` with the resolver's reason.
  package func addresses(
    of host: String, port: UInt16, for component: Component
  ) async throws(InternetError) -> [SocketAddress] {
    preconditionFailure("\(type(of: self)) knows no names")
  }
}
