// SPDX-License-Identifier: Apache-2.0
import Glibc
import Media

extension OutputFile {
  /// Moves the file's last bytes, nearer to its front or further from it.
  ///
  /// - Parameters:
  ///   - start: Where they begin.
  ///   - target: Where they are going to begin.
  ///   - count: How many; the file ends behind them afterwards.
  /// - Throws: ``MediaError`` where the disk fails or is full.
  func moveBack(from start: Int, to target: Int, count: Int) throws(MediaError) {
    guard start != target else { return }
    let block = 1 << 20
    var done = 0
    while done < count {
      let length = min(block, count - done)
      // Away from the front the end goes first, so that nothing is overwritten before it is read.
      let offset = target < start ? done : count - done - length
      try write(try read(length, at: start + offset), at: target + offset)
      done += length
    }
    if ftruncate(number, target + count) != 0 { throw Paths.systemError("write", path) }
  }

  private func read(_ count: Int, at offset: Int) throws(MediaError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { raw in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[done...])
        return unsafe pread(number, rest.baseAddress, rest.count, offset + done)
      }
      if got < 0, errno == EINTR { continue }
      if got < 0 { throw Paths.systemError("read", path) }
      guard got > 0 else {
        throw MediaError(operation: "read", subject: path, reason: "somebody cut its draft")
      }
      done += got
    }
    return bytes
  }
}
