// SPDX-License-Identifier: Apache-2.0

/// The payloads of the control frames that close a preview file (docs/PROTOCOL.md, "Files").
enum PreviewFileIndex {
  /// Entries in one index frame, 2 MiB; a longer index is several frames.
  static let entriesPerFrame = 1 << 16

  /// Bytes of the last frame, header included: always the same, so that it is found from the end.
  static let trailerLength = FrameHeader.length + trailer(indexOffset: 0, entryCount: 0).count

  /// An index, or one piece of it.
  static func payload(_ entries: ArraySlice<PreviewFileEntry>) -> [UInt8] {
    var block = MIMEDictionary()
    block.append("Control", "index")
    block.append("Entries", "\(entries.count)")
    block.body.reserveCapacity(entries.count * PreviewFileEntry.length)
    for entry in entries { block.body += entry.bytes }
    return block.bytes
  }

  /// The last frame: numbers of always 20 digits.
  static func trailer(indexOffset: Int, entryCount: Int) -> [UInt8] {
    var block = MIMEDictionary()
    block.append("Control", "trailer")
    block.append("Index-Offset", padded(indexOffset))
    block.append("Entries", padded(entryCount))
    return block.bytes
  }

  /// Reads a trailer; `nil` where it isn't one.
  static func readTrailer(_ payload: [UInt8]) -> (indexOffset: Int, entryCount: Int)? {
    let block = MIMEDictionary(payload)
    guard block["Control"] == "trailer",
      let offset = block["Index-Offset"].flatMap({ Int($0) }), offset >= 0,
      let count = block["Entries"].flatMap({ Int($0) }), count >= 0
    else { return nil }
    return (offset, count)
  }

  /// Reads one index frame's entries, which must lie before `end`; `nil` where one doesn't.
  static func readEntries(_ payload: [UInt8], end: Int) -> [PreviewFileEntry]? {
    let block = MIMEDictionary(payload)
    guard block["Control"] == "index", block.body.count % PreviewFileEntry.length == 0
    else { return nil }
    var entries: [PreviewFileEntry] = []
    for start in stride(from: 0, to: block.body.count, by: PreviewFileEntry.length) {
      guard let entry = PreviewFileEntry(block.body, at: start, end: end) else { return nil }
      entries.append(entry)
    }
    return entries
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 20 - digits.count) + digits
  }
}
