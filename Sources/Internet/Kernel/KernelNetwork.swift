// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux

/// The network of this machine, through its sockets.
final class KernelNetwork: Network, @unchecked Sendable {
  // Unchecked as its base says; it has no state.

  override func listen(at address: SocketAddress) throws(InternetError) -> any Listener {
    let number = unsafe withUnsafePointer(to: address.raw) { unsafe clinux_listen($0, 4096) }
    guard number >= 0 else { throw InternetError("listen on", "\(address)", code: -number) }
    return KernelListener(Descriptor(number))
  }

  override func connect(to address: SocketAddress) throws(InternetError) -> any NetworkStream {
    let number = unsafe withUnsafePointer(to: address.raw) { unsafe clinux_connect($0) }
    guard number >= 0 else { throw InternetError("connect to", "\(address)", code: -number) }
    return KernelStream(Descriptor(number))
  }

  override func addresses(
    of host: String, port: UInt16, for component: Component
  ) async throws(InternetError) -> [SocketAddress] {
    let answers = Inbox<Resolver.Answer>()
    let resolver = Resolver(host: host, port: port)
    do throws(LinkError) {
      try link(resolver.outbox, to: answers)
    } catch {
      preconditionFailure("new boxes are linked already: \(error)")
    }
    component.activate(resolver)
    return try await answers.next()?.get() ?? []
  }
}

/// A socket that others connect to.
private final class KernelListener: Listener {
  private let descriptor: Descriptor
  let address: SocketAddress

  init(_ descriptor: consuming Descriptor) {
    var local = clinux_address()
    unsafe clinux_local_address(descriptor.number, &local)
    address = SocketAddress(raw: local)
    self.descriptor = descriptor
  }

  func watch(for component: Component) throws(InternetError) -> Watched {
    try Selector.of(component).watch(descriptor.number, for: component)
  }

  func accept() -> Arrival {
    var peer = clinux_address()
    let number = unsafe clinux_accept(descriptor.number, &peer)
    if number < 0 { return .nobody(-number) }
    return .connection(KernelStream(Descriptor(number)), from: SocketAddress(raw: peer))
  }
}
