// SPDX-License-Identifier: Apache-2.0
import Glibc
import Terminal

/// Standard output and standard error.
enum StandardStreams {
  /// Writes all bytes, waiting as long as the other side does.
  ///
  /// - Throws: ``ClientError`` where it takes no more.
  static func write(
    _ bytes: [UInt8], to descriptor: Int32, _ name: String
  ) throws(ClientError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw systemError(name)
      }
    }
  }

  /// A line on standard error, as "previewclient: what: why".
  ///
  /// What a server or a file name put into it can't drive the terminal.
  static func complain(_ text: String) {
    let line = CellText("previewclient: \(text)", isUTF8: true).text + "\n"
    // Where even standard error takes nothing, there is nobody left to tell.
    try? write(Array(line.utf8), to: STDERR_FILENO, "standard error")
  }

  /// The C library's words for the last failure of this thread.
  static func systemError(_ what: String) -> ClientError {
    let code = errno
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    let advice = code == ENOSPC ? ": free some space, or choose another disk" : ""
    return ClientError(what, reason + advice, .inputOutput)
  }
}
