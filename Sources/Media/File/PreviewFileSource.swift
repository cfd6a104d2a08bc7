// SPDX-License-Identifier: Apache-2.0

/// Finds the frames of a preview file: by its index, or by looking through it.
struct PreviewFileSource {
  let descriptor: Int32
  let name: String
  let size: Int

  private static let blockLength = 1 << 20

  /// The entries of the index; `nil` where there is no index that is whole.
  func readIndex() throws(MediaError) -> [PreviewFileEntry]? {
    let trailerOffset = size - PreviewFileIndex.trailerLength
    guard trailerOffset >= 0,
      let trailer = try frames(from: trailerOffset, to: size).first?.frame.payload,
      let (offset, count) = PreviewFileIndex.readTrailer(trailer), offset < trailerOffset,
      // No more bytes are read than so many entries take: a trailer may lie.
      (trailerOffset - offset) / PreviewFileEntry.length >= count
    else { return nil }
    var entries: [PreviewFileEntry] = []
    for (frame, _) in try frames(from: offset, to: trailerOffset) {
      guard frame.kind == .control,
        let piece = PreviewFileIndex.readEntries(frame.payload, end: offset)
      else { return nil }
      entries += piece
    }
    return entries.count == count ? entries : nil
  }

  /// The entries of all whole frames from the file's front.
  ///
  /// - Throws: ``MediaError`` where the file holds no frame.
  func scan() throws(MediaError) -> [PreviewFileEntry] {
    var entries: [PreviewFileEntry] = []
    var slot = 0
    try read(from: 0, to: size) { frame, offset in
      guard frame.kind != .control else { return }
      let isPicture = frame.kind == .picture
      entries.append(
        PreviewFileEntry(
          offset: offset, time: frame.time, payloadLength: frame.payload.count,
          payloadCheck: CRC32.of(frame.payload), slot: isPicture ? slot : nil, kind: frame.kind,
          flags: frame.flags))
      if isPicture { slot += 1 }
    }
    guard !entries.isEmpty else {
      throw MediaError(
        operation: "open", subject: name, reason: "not a preview file: no frame in \(size) bytes")
    }
    return entries
  }

  private func frames(
    from start: Int, to end: Int
  ) throws(MediaError) -> [(frame: PreviewFrame, offset: Int)] {
    var frames: [(PreviewFrame, Int)] = []
    try read(from: start, to: end) { frames.append(($0, $1)) }
    return frames
  }

  private func read(
    from start: Int, to end: Int, _ body: (_ frame: PreviewFrame, _ offset: Int) -> Void
  ) throws(MediaError) {
    var deframer = Deframer()
    var offset = start
    while offset < end {
      let count = min(Self.blockLength, end - offset)
      let block = try readBytes(count, at: offset, of: descriptor, subject: name)
      deframer.push(block)
      // A file that became shorter meanwhile ends here.
      offset = block.isEmpty ? end : offset + block.count
      if offset == end { deframer.finish() }
      while let frame = nextFrame(&deframer) {
        body(frame, start + deframer.position - FrameHeader.length - frame.payload.count)
      }
    }
  }

  /// The next frame that can be read; those of another version are passed over.
  private func nextFrame(_ deframer: inout Deframer) -> PreviewFrame? {
    while true {
      do { return try deframer.next() } catch { continue }
    }
  }
}
