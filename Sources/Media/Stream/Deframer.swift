// SPDX-License-Identifier: Apache-2.0

/// Finds the frames in a stream of bytes that may be cut anywhere, damaged, or joined half-way.
///
/// ```swift
/// deframer.push(received)
/// while let frame = try deframer.next() { show(frame) }
/// ```
/// Every byte pushed is part of a frame handed out, of a frame of an unknown kind, of
/// `skippedBytes`, or still waiting; when `next` has returned `nil`, less than one maximal frame
/// waits. The work is linear in the bytes, whatever they are.
public struct Deframer: Sendable {
  /// Largest payload accepted, in bytes.
  public let payloadLimit: Int
  /// Bytes that belong to no frame handed out: noise, and frames dropped.
  public private(set) var skippedBytes = 0
  /// Frames with a good header whose payload failed its check or was too large.
  public private(set) var droppedFrames = 0
  /// Whole frames of a kind that this version doesn't know.
  public private(set) var unknownFrames = 0
  /// Bytes from the first one pushed to the end of what was handed out or skipped.
  public private(set) var position = 0

  private var buffer: [UInt8] = []
  private var start = 0
  /// Up to this position a payload failed: a header found before it is tried, but only once.
  private var doubtfulEnd = 0
  private var isFinished = false

  /// Starts at any place of a stream.
  ///
  /// - Parameter payloadLimit: Bytes, at most 16 MiB; a server takes 64 KiB of a request.
  public init(payloadLimit: Int = PreviewFrame.payloadLimit) {
    self.payloadLimit = min(payloadLimit, PreviewFrame.payloadLimit)
  }

  /// Bytes that wait for the rest of their frame.
  public var waitingBytes: Int { buffer.count - start }

  /// Takes the next bytes; kept without a copy where none wait.
  public mutating func push(_ bytes: [UInt8]) {
    if waitingBytes == 0 {
      buffer = bytes
      start = 0
    } else {
      push(bytes[...])
    }
  }

  /// Takes the next bytes, copied.
  public mutating func push(_ bytes: ArraySlice<UInt8>) {
    if start > 0 {
      buffer.removeSubrange(..<start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Says that nothing more comes: a frame that was cut is dropped and what follows its header is
  /// looked through, so that whole frames behind a cut one still come out of `next`.
  public mutating func finish() { isFinished = true }

  /// The next whole frame, or `nil` until more is pushed.
  ///
  /// - Throws: ``FramingError`` on a frame of another version or over the limit. The frame is
  ///   skipped: the caller may go on, or end the connection.
  public mutating func next() throws(FramingError) -> PreviewFrame? {
    while findSync(), waitingBytes >= FrameHeader.length {
      guard let header = FrameHeader(buffer, at: start) else {
        skip(1)
        continue
      }
      try checkHeader(header)
      let length = FrameHeader.length + Int(header.payloadLength)
      guard waitingBytes >= length else {
        guard isFinished else { return nil }
        droppedFrames += 1
        skip(FrameHeader.length)
        continue
      }
      let payload = start + FrameHeader.length..<start + length
      guard CRC32.of(buffer, in: payload) == header.payloadCheck else {
        dropFrame(length: length)
        continue
      }
      guard let kind = PreviewFrame.Kind(rawValue: header.kind) else {
        unknownFrames += 1
        consume(length)
        continue
      }
      let frame = PreviewFrame(
        kind: kind, flags: PreviewFrame.Flags(rawValue: header.flags), sequence: header.sequence,
        time: header.time, payload: Array(buffer[payload]))
      consume(length)
      return frame
    }
    if isFinished { skip(waitingBytes) }
    return nil
  }

  private mutating func checkHeader(_ header: FrameHeader) throws(FramingError) {
    guard header.version == FrameHeader.version else {
      skip(FrameHeader.length)
      throw .version(header.version)
    }
    guard header.payloadLength <= payloadLimit else {
      droppedFrames += 1
      skip(FrameHeader.length)
      throw .tooLarge(byteCount: Int(header.payloadLength), limit: payloadLimit)
    }
  }

  /// Passes over a frame whose payload is wrong.
  ///
  /// Bytes may have been lost within it, so the next
  /// frame is looked for inside; but not inside what was looked through once, or hostile headers
  /// in headers would cost the square of their number.
  private mutating func dropFrame(length: Int) {
    droppedFrames += 1
    if position < doubtfulEnd {
      skip(length)
    } else {
      doubtfulEnd = position + length
      skip(FrameHeader.length)
    }
  }

  /// Skips to the next sync, or to what may be the beginning of one; true at a whole sync.
  private mutating func findSync() -> Bool {
    let sync = FrameHeader.sync
    let distance = unsafe buffer.withUnsafeBufferPointer {
      unsafe Self.distanceToSync($0[start...])
    }
    if let distance {
      if distance > 0 { skip(distance) }
      return true
    }
    // The last bytes may be the beginning of a sync whose rest is still to come.
    let kept = (1..<sync.count).last { buffer[start...].suffix($0).elementsEqual(sync[..<$0]) }
    skip(waitingBytes - (kept ?? 0))
    return false
  }

  /// How far the first whole sync is; looks at the last byte of four first, and steps as far as
  /// that byte allows (Horspool): mostly four bytes at a time, and no input makes it slow.
  private static func distanceToSync(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let bytes = unsafe UnsafeBufferPointer(rebasing: bytes)
    var last = 3
    while last < bytes.count {
      switch unsafe bytes[last] {
      case 0x31:
        let isSync = unsafe bytes[last - 1] == 0x56 && bytes[last - 2] == 0x50
        if unsafe isSync && bytes[last - 3] == 0xFF { return last - 3 }
        last += 4
      case 0x56: last += 1
      case 0x50: last += 2
      case 0xFF: last += 3
      default: last += 4
      }
    }
    return nil
  }

  private mutating func skip(_ count: Int) {
    skippedBytes += count
    consume(count)
  }

  private mutating func consume(_ count: Int) {
    position += count
    start += count
    if start == buffer.count {
      buffer = []
      start = 0
    }
  }
}
