// SPDX-License-Identifier: Apache-2.0
import Axon
import CLinux

/// A socket that is connected, or about to be, and doesn't block.
final class KernelStream: NetworkStream {
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  func watch(for component: Component) throws(InternetError) -> Watched {
    try Selector.of(component).watch(descriptor.number, for: component)
  }

  func receive(into place: UnsafeMutableRawBufferPointer) -> Int {
    unsafe clinux_receive(descriptor.number, place.baseAddress, place.count)
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe clinux_send(descriptor.number, bytes.baseAddress, bytes.count)
  }

  var unsent: Int { clinux_unsent(descriptor.number) }

  var error: Int32 { clinux_socket_error(descriptor.number) }

  func finishSending() { clinux_shutdown_sending(descriptor.number) }

  func resetOnClose() { clinux_reset_on_close(descriptor.number) }
}
