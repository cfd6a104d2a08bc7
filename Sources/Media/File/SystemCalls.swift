// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The kernel's words for the last failure of this thread.
func systemReason() -> String { unsafe String(cString: strerror(errno)) }

/// Writes all bytes to a blocking descriptor.
///
/// - Throws: ``MediaError`` with the kernel's reason, as "No space left on device".
func writeAll(_ bytes: [UInt8], to descriptor: Int32, subject: String) throws(MediaError) {
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
      return unsafe write(descriptor, rest.baseAddress, rest.count)
    }
    if count < 0 {
      if errno == EINTR { continue }
      throw MediaError(operation: "write", subject: subject, reason: systemReason())
    }
    done += count
  }
}

/// Reads up to `count` bytes at an offset; fewer only at the end of the file.
///
/// - Throws: ``MediaError`` with the kernel's reason.
package func readBytes(
  _ count: Int, at offset: Int, of descriptor: Int32, subject: String
) throws(MediaError) -> [UInt8] {
  var failure: MediaError?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    while filled < count {
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
      let got = unsafe pread(descriptor, rest.baseAddress, rest.count, offset + filled)
      if got < 0, errno == EINTR { continue }
      if got < 0 {
        failure = MediaError(operation: "read", subject: subject, reason: systemReason())
      }
      if got <= 0 { return }
      filled += got
    }
  }
  if let failure { throw failure }
  return bytes
}
