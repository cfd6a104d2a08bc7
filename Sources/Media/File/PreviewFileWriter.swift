// SPDX-License-Identifier: Apache-2.0

/// Writes a preview file: the frames of a stream as they come, then an index.
///
/// Only ever appends, so that it may go to a pipe; a file that was never finished is still
/// readable from its front. Owned by one component or thread at a time; writing may block.
public final class PreviewFileWriter {
  /// Takes the next bytes of the file.
  public typealias Sink = (_ bytes: [UInt8]) throws(MediaError) -> Void

  /// Bytes written.
  public private(set) var byteCount = 0
  /// What was written, frame by frame, the index not counted.
  public private(set) var entries: [PreviewFileEntry] = []
  private let sink: Sink
  private var framer = Framer()
  private var isFinished = false

  /// Writes into a closure.
  public init(sink: @escaping Sink) { self.sink = sink }

  /// Writes to an open, blocking descriptor, which stays the caller's to close.
  ///
  /// - Parameters:
  ///   - descriptor: A file at its end, a pipe, standard output.
  ///   - name: What errors call it.
  public convenience init(descriptor: Int32, name: String) {
    self.init { bytes throws(MediaError) in
      try writeAll(bytes, to: descriptor, subject: name)
    }
  }

  /// Appends a frame.
  ///
  /// - Parameters:
  ///   - frame: Its sequence isn't used: frames are numbered from 0.
  ///   - slot: Which slot of the grid a picture stands for; without, it is the next one.
  /// - Throws: ``MediaError`` where the sink fails or the payload is over 16 MiB.
  public func append(_ frame: PreviewFrame, slot: Int? = nil) throws(MediaError) {
    precondition(!isFinished, "a frame can't follow the index")
    precondition(slot.map { 0...PreviewFileEntry.slotLimit ~= $0 } ?? true, "slot \(slot ?? 0)")
    let offset = byteCount
    let bytes = try framed(frame)
    try write(bytes)
    let isPicture = frame.kind == .picture
    entries.append(
      PreviewFileEntry(
        offset: offset, time: frame.time, payloadLength: frame.payload.count,
        payloadCheck: bytes.bigEndian(UInt32.self, at: 24),
        slot: isPicture ? slot ?? nextSlot : nil,
        kind: frame.kind, flags: frame.flags))
    if let slot = entries[entries.count - 1].slot { nextSlot = slot + 1 }
  }

  private var nextSlot = 0

  /// Appends the index; the file is whole then.
  ///
  /// - Throws: ``MediaError`` where the sink fails.
  public func finish() throws(MediaError) {
    guard !isFinished else { return }
    isFinished = true
    let indexOffset = byteCount
    var rest = entries[...]
    repeat {
      let piece = rest.prefix(PreviewFileIndex.entriesPerFrame)
      try write(framed(PreviewFrame(kind: .control, payload: PreviewFileIndex.payload(piece))))
      rest = rest.dropFirst(piece.count)
    } while !rest.isEmpty
    let trailer = PreviewFileIndex.trailer(indexOffset: indexOffset, entryCount: entries.count)
    try write(framed(PreviewFrame(kind: .control, payload: trailer)))
  }

  private func framed(_ frame: PreviewFrame) throws(MediaError) -> [UInt8] {
    do {
      return try framer.bytes(of: frame)
    } catch {
      throw MediaError(operation: "write", subject: "frame", reason: "\(error)")
    }
  }

  private func write(_ bytes: [UInt8]) throws(MediaError) {
    try sink(bytes)
    byteCount += bytes.count
  }
}
