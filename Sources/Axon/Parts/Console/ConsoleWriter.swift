// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Writes lines to standard output, or to any other descriptor, on a thread of its own.
///
/// ```swift
/// ConsoleWriter(descriptor: 2)   // standard error
/// ```
/// | box | what travels |
/// |---|---|
/// | `inbox` | lines without their ends |
///
/// Each line is written as soon as it comes. It ends when its input does, after the last line was
/// written, or when it is told to, with `producerFinished` on `signal`; with `failed` and a
/// ``KernelError`` where the descriptor can't be written. A write that blocks holds its end up. The
/// descriptor stays open.
public final class ConsoleWriter: ThreadedComponent, Sink {
  /// Lines.
  public let inbox = Inbox<String>()
  private let descriptor: Int32

  /// A writer to a descriptor that stays the caller's.
  ///
  /// - Parameter descriptor: standard output unless given.
  public init(descriptor: Int32 = 1) { self.descriptor = descriptor }

  override public func threadMain() throws {
    while let line = inbox.blockingNext() { try write(Bytes((line + "\n").utf8)) }
  }

  private func write(_ bytes: Bytes) throws(KernelError) {
    var written = 0
    while written < bytes.count {
      let result = unsafe bytes[written...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if result >= 0 {
        written += result
      } else if errno != EINTR, errno != EAGAIN {
        throw KernelError(operation: "write descriptor \(descriptor)", code: errno)
      } else if errno == EAGAIN {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&polled, 1, -1)
      }
    }
  }
}
