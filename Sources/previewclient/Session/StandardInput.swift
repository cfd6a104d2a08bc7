// SPDX-License-Identifier: Apache-2.0
import Axon
import Glibc

/// Reads standard input, on a thread of its own because it blocks.
///
/// | box | what travels |
/// |---|---|
/// | `outbox` | bytes, at most 64 KiB a message |
///
/// It ends with the input, or with ``ClientError`` where it can't be read.
final class StandardInput: ThreadedComponent, Source {
  let outbox = Outbox<Bytes>()

  override func threadMain() throws {
    while true {
      var result = 0
      let bytes = unsafe Bytes(unsafeUninitializedCapacity: 65_536) { buffer, count in
        result = unsafe read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        count = max(0, result)
      }
      if result < 0 {
        if errno == EINTR { continue }
        throw StandardStreams.systemError("standard input")
      }
      guard result > 0, outbox.blockingSend(bytes) else { return }
    }
  }
}
