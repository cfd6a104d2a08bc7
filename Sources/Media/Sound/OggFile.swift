// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads an Ogg file from front to end: as pages that say when they are due, or as plain bytes.
///
/// ```swift
/// let file = try OggFile(path: "song.ogg")
/// while let (page, due) = try file.nextPage() { ... }
/// ```
/// Each call reads at most 16 KiB at a time from the disk. Owned by one component or thread at a time.
public final class OggFile {
  /// The file's path, for complaints.
  public let path: String
  private let descriptor: Int32
  private var offset = 0
  private let pages = OggPageReader()
  private let pacer = OggPacer()
  private static let blockLength = 16_384

  /// Opens a file.
  ///
  /// - Throws: ``MediaError`` with the kernel's reason.
  public init(path: String) throws(MediaError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw MediaError(operation: "open", subject: path, reason: systemReason())
    }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { close(descriptor) }

  /// When the sound up to the last page ends, since the start.
  public var elapsed: Duration { pacer.elapsed }

  /// The next page and when its first sample is due since the start; `nil` at the end.
  ///
  /// - Throws: ``MediaError`` where the disk fails, or there is no page in the whole file.
  public func nextPage() throws(MediaError) -> (page: OggPage, due: Duration)? {
    while true {
      if let page = pages.next() { return (page, pacer.due(page)) }
      let bytes = try nextBytes(Self.blockLength)
      guard !bytes.isEmpty else {
        guard pages.pageCount > 0 else {
          throw MediaError(
            operation: "read", subject: path, reason: "not an Ogg file: no page in \(offset) bytes")
        }
        return nil
      }
      pages.push(bytes)
    }
  }

  /// The next bytes, fewer than asked for only at the end, none behind it.
  ///
  /// - Throws: ``MediaError`` where the disk fails.
  public func nextBytes(_ count: Int) throws(MediaError) -> [UInt8] {
    let bytes = try readBytes(count, at: offset, of: descriptor, subject: path)
    offset += bytes.count
    return bytes
  }
}
