// SPDX-License-Identifier: Apache-2.0
import CVorbis

/// Finds the pages in bytes that may be cut anywhere, damaged, or joined half-way.
///
/// Owned by one component or thread at a time.
@safe public final class OggPageReader {
  /// Bytes that belong to no page.
  public private(set) var skippedBytes = 0
  /// Pages handed out.
  public private(set) var pageCount = 0
  private let sync: UnsafeMutablePointer<ogg_sync_state>

  /// Starts at any place of a stream.
  public init() {
    unsafe sync = .allocate(capacity: 1)
    unsafe sync.initialize(to: ogg_sync_state())
    unsafe ogg_sync_init(sync)
  }

  deinit {
    unsafe ogg_sync_clear(sync)
    unsafe sync.deallocate()
  }

  /// Takes the next bytes, copied.
  public func push(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard let room = unsafe ogg_sync_buffer(sync, bytes.count) else {
      // Memory is short: libogg starts anew with what comes next.
      skippedBytes += bytes.count
      return
    }
    unsafe bytes.withUnsafeBytes { source in
      unsafe UnsafeMutableRawPointer(room).copyMemory(
        from: source.baseAddress ?? UnsafeRawPointer(room), byteCount: source.count)
    }
    unsafe ogg_sync_wrote(sync, bytes.count)
  }

  /// The next whole page whose CRC holds, or `nil` until more is pushed.
  public func next() -> OggPage? {
    var found = unsafe ogg_page()
    while true {
      let count = unsafe ogg_sync_pageseek(sync, &found)
      if count == 0 { return nil }
      guard count > 0 else {
        skippedBytes -= count
        continue
      }
      pageCount += 1
      let header = unsafe UnsafeBufferPointer(start: found.header, count: found.header_len)
      let body = unsafe UnsafeBufferPointer(start: found.body, count: found.body_len)
      return unsafe OggPage(checked: Array(header) + Array(body))
    }
  }
}
