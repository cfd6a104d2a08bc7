// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Media
internal import Outputs

/// What outputs were made of a recording: a run that finds them as they were does nothing.
struct Manifest: Equatable {
  /// A file or folder that was published.
  struct Output: Equatable {
    let path: String
    /// Bytes of a file; of a folder, the number of its entries.
    let size: Int64
  }

  /// The recording's path, for people and for cleaning up.
  var recording: String
  var outputs: [Output]
  var end: PreviewEnd
  /// Real times of the first and the last picture, microseconds.
  var times: (first: Int64, last: Int64)?

  static func == (one: Manifest, other: Manifest) -> Bool { one.bytes == other.bytes }

  /// What was published, measured.
  init(
    recording: String, published: [String], end: PreviewEnd, times: (first: Int64, last: Int64)?
  ) {
    self.recording = recording
    self.end = end
    self.times = times
    outputs = published.map { Output(path: $0, size: Self.size(of: $0) ?? -1) }
  }

  /// Reads what ``bytes`` wrote; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    let fields = MIMEDictionary(bytes)
    guard let recording = fields["Recording"], let end = try? PreviewEnd(payload: bytes) else {
      return nil
    }
    self.recording = recording
    self.end = end
    outputs = []
    for text in fields.values("Output") {
      let parts = text.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let size = Int64(parts[0]) else { return nil }
      outputs.append(Output(path: String(parts[1]), size: size))
    }
    let times = (fields["Times"] ?? "").split(separator: " ").compactMap { Int64($0) }
    if times.count == 2 { self.times = (times[0], times[1]) }
  }

  /// As it is kept: fields of a MIME header block.
  var bytes: [UInt8] {
    var fields = MIMEDictionary(end.payload)
    fields.append("Recording", recording)
    for output in outputs { fields.append("Output", "\(output.size) \(output.path)") }
    if let times { fields.append("Times", "\(times.first) \(times.last)") }
    return fields.bytes
  }

  /// Every output is there as it was published.
  var holds: Bool {
    !outputs.isEmpty && outputs.allSatisfy { Self.size(of: $0.path) == $0.size }
  }

  /// Bytes of a file, entries of a folder; `nil` where there is neither.
  private static func size(of path: String) -> Int64? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    guard facts.st_mode & S_IFMT == S_IFDIR else { return Int64(facts.st_size) }
    return Paths.names(in: path).map { Int64($0.count) }
  }
}
