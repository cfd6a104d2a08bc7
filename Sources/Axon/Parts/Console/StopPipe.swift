// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Ends a wait for a descriptor, from another thread: a pipe whose other end closes.
final class StopPipe: Sendable {
  private let reading: Int32
  private let writing: Int32
  private let wasPulled = Atomic(false)

  /// - Throws: ``KernelError`` when the process is out of descriptors.
  init() throws(KernelError) {
    var ends: [Int32] = [-1, -1]
    // A pair of sockets is made closed to child processes at once, which `pipe` can't.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let result = unsafe socketpair(AF_UNIX, kind, 0, &ends)
    if result < 0 { throw KernelError(operation: "open a pair of sockets", code: errno) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    pull()
    close(reading)
  }

  /// Ends the wait, and every later one.
  func pull() {
    if !wasPulled.exchange(true, ordering: .acquiringAndReleasing) { close(writing) }
  }

  /// Blocks until the descriptor can be read or written; false when the pipe was pulled.
  func waits(for descriptor: Int32, _ events: Int32) throws(KernelError) -> Bool {
    while true {
      var polled = [
        pollfd(fd: descriptor, events: Int16(events), revents: 0),
        pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
      ]
      let count = unsafe poll(&polled, 2, -1)
      if count < 0 {
        if errno == EINTR { continue }
        throw KernelError(operation: "wait for descriptor \(descriptor)", code: errno)
      }
      return polled[1].revents == 0
    }
  }
}
