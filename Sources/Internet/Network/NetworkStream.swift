// SPDX-License-Identifier: Apache-2.0
package import Axon

/// One end of a connection on some network; it is closed when its owner lets go of it.
///
/// Errors are the C library's numbers, negative, as the kernel gives them: the hot path of a server
/// mustn't allocate. Used by one component at a time, on its scheduler's thread.
package protocol NetworkStream: AnyObject, Sendable {
  /// Wakes the component when there is something to read or room to write.
  func watch(for component: Component) throws(InternetError) -> Watched
  /// Bytes read; 0 at the end of the stream; a negative error, `-EAGAIN` when there is nothing now.
  ///
  /// Fewer than there is place for means that no more is there now.
  func receive(into place: UnsafeMutableRawBufferPointer) -> Int
  /// Bytes taken, or a negative error, `-EAGAIN` when there is no room now.
  func send(_ bytes: UnsafeRawBufferPointer) -> Int
  /// Bytes taken that the other end's system hasn't got yet.
  var unsent: Int { get }
  /// Why the connection doesn't stand; 0 when it is well.
  var error: Int32 { get }
  /// The end of what is sent; the other direction goes on.
  func finishSending()
  /// Closing shall be a reset, not an orderly end.
  func resetOnClose()
}

/// An address at which others may connect; given up when its owner lets go of it.
package protocol Listener: AnyObject, Sendable {
  /// The address, with the port that was chosen when 0 was asked for.
  var address: SocketAddress { get }
  /// Wakes the component when somebody has connected.
  func watch(for component: Component) throws(InternetError) -> Watched
  /// Lets the next one in, if there is one.
  func accept() -> Arrival
}

/// What a listener has for its server.
package enum Arrival {
  case connection(any NetworkStream, from: SocketAddress)
  /// The C library's error number; `EAGAIN` when nobody waits.
  case nobody(Int32)
}
