// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads a preview file at any place: by slot, by time, frame by frame.
///
/// Uses the index at the file's end; where there is none, since the file was cut or is still being
/// written, it looks through the file once instead. The file is never trusted: each frame's checks
/// are made when it is read. Any number of threads may read at once.
public final class PreviewFileReader: Sendable {
  /// What errors call the file.
  public let name: String
  /// The frames in the file's order; control frames of the index are not among them.
  public let entries: [PreviewFileEntry]
  /// The file has its index: it was finished, and nothing was lost at its end.
  public let hasIndex: Bool
  private let descriptor: Int32
  private let bySlot: [Int: Int]
  private let byTime: [Int]

  /// Opens a file.
  ///
  /// - Throws: ``MediaError`` where it can't be opened or holds no frame.
  public convenience init(path: String) throws(MediaError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw MediaError(operation: "open", subject: path, reason: systemReason())
    }
    try self.init(taking: descriptor, name: path)
  }

  /// Reads an open file, and closes it in the end, also where this throws.
  ///
  /// - Parameters:
  ///   - descriptor: A regular file; its position isn't used.
  ///   - name: What errors call it.
  /// - Throws: ``MediaError`` where it can't be read or holds no frame.
  public init(taking descriptor: Int32, name: String) throws(MediaError) {
    self.descriptor = descriptor
    self.name = name
    do throws(MediaError) {
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0 else {
        throw MediaError(operation: "open", subject: name, reason: systemReason())
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw MediaError(operation: "open", subject: name, reason: "not a regular file")
      }
      let source = PreviewFileSource(descriptor: descriptor, name: name, size: Int(status.st_size))
      let index = try source.readIndex()
      hasIndex = index != nil
      entries = if let index { index } else { try source.scan() }
    } catch {
      close(descriptor)
      throw error
    }
    let entries = self.entries
    let pictures = entries.indices.filter { entries[$0].kind == .picture }
    bySlot = Dictionary(
      pictures.compactMap { index in entries[index].slot.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    byTime = pictures.sorted { (entries[$0].time, $0) < (entries[$1].time, $1) }
  }

  deinit { close(descriptor) }

  /// Reads one frame and checks it.
  ///
  /// - Throws: ``MediaError`` where it can't be read or is damaged.
  public func frame(_ entry: PreviewFileEntry) throws(MediaError) -> PreviewFrame {
    let length = FrameHeader.length + entry.payloadLength
    let bytes = try readBytes(length, at: entry.offset, of: descriptor, subject: name)
    var deframer = Deframer()
    deframer.push(bytes)
    guard let frame = try? deframer.next(), deframer.position == length, deframer.skippedBytes == 0
    else {
      throw MediaError(
        operation: "read", subject: name, reason: "the frame at byte \(entry.offset) is damaged")
    }
    return frame
  }

  /// Where the picture of a slot lies; `nil` where the slot has none.
  public func picture(slot: Int) -> PreviewFileEntry? { bySlot[slot].map { entries[$0] } }

  /// Where the picture nearest to a time lies; `nil` in a file without pictures.
  ///
  /// - Parameter time: Microseconds from the recording's start.
  /// - Returns: Of two pictures as near as each other, the earlier.
  public func picture(nearest time: Int64) -> PreviewFileEntry? {
    var low = 0
    var high = byTime.count
    while low < high {
      let middle = (low + high) / 2
      if entries[byTime[middle]].time < time { low = middle + 1 } else { high = middle }
    }
    // `low` is the first at or after the time; the nearest is it or the one before.
    let neighbours = byTime[max(low - 1, 0)..<min(low + 1, byTime.count)]
    let distance = { (index: Int) in self.entries[index].time.distanceMagnitude(to: time) }
    return neighbours.min { distance($0) < distance($1) }.map { entries[$0] }
  }

  /// The file's description frame, read and checked.
  ///
  /// - Returns: `nil` where the file has none.
  /// - Throws: ``MediaError`` where it is damaged or can't be understood.
  public func description() throws(MediaError) -> PreviewDescription? {
    guard let entry = entries.first(where: { $0.kind == .description }) else { return nil }
    let payload = try frame(entry).payload
    do {
      return try PreviewDescription(payload: payload)
    } catch {
      throw MediaError(operation: "read", subject: name, reason: "description: \(error)")
    }
  }
}

extension Int64 {
  /// How far apart two times are, whatever they are.
  fileprivate func distanceMagnitude(to other: Int64) -> UInt64 {
    self < other
      ? UInt64(bitPattern: other &- self) : UInt64(bitPattern: self &- other)
  }
}
