// SPDX-License-Identifier: Apache-2.0
import Glibc
public import Media

/// Pictures for the trick play of Roku, Plex and Emby, in one file: `.bif`.
///
/// Many readers ignore the times in it and take picture k for k times the interval: so `grid`, the
/// default, has a picture for every slot of the recording; a slot that got none shows the one
/// before it, and those before the first show the first. `exact` has the pictures there are, each
/// with its own time in milliseconds. A file is less than 4 GiB.
public final class BIFOutput: PictureOutput {
  /// What the places and times in the file mean.
  public enum Form: Sendable {
    /// Picture k is that of k times the interval.
    case grid
    /// Each picture has its own time.
    case exact
  }

  private let path: String
  private let form: Form
  private let durability: Durability
  private let byteLimit: Int
  private var file: OutputFile?
  private var recording: OutputRecording?
  /// Pictures that the front of the file has room for.
  private var expected = 0
  private var lengths: [Int] = []
  private var times: [Int] = []
  private var position = 0
  private var last: [UInt8] = []
  /// The file, once it is whole.
  public private(set) var published: [String] = []

  /// An output into a file.
  public convenience init(
    _ path: String, form: Form = .grid, durability: Durability = .process
  ) {
    self.init(path, form: form, durability: durability, byteLimit: Int(UInt32.max))
  }

  /// With a smaller limit, for tests: 4 GiB take long to write.
  package init(_ path: String, form: Form, durability: Durability, byteLimit: Int) {
    self.path = path
    self.form = form
    self.durability = durability
    self.byteLimit = byteLimit
  }

  /// Makes the draft.
  public func begin(_ recording: OutputRecording) throws(MediaError) {
    self.recording = recording
    let slots =
      form == .exact
      ? recording.pictures.slots : recording.duration.map { recording.slots(covering: $0) }
    // What is more than that is moved in the end, so a wrong duration does no harm.
    expected = min(slots ?? 1000, 1 << 20)
    position = BIFTable.length(count: expected)
    file = try OutputFile(path, durability: durability)
  }

  /// Adds a slot's picture.
  public func add(_ picture: OutputPicture) throws(MediaError) {
    if form == .grid {
      while lengths.count < picture.slot { try append(last.isEmpty ? picture.jpeg : last) }
      try append(picture.jpeg)
    } else {
      let time = Int((picture.time + 500) / 1000)
      // The same moment again tells a reader nothing; time only rises in a table.
      if let before = times.last, time <= before { return }
      guard 0..<Int(UInt32.max) ~= time else {
        throw refusal("its times go to 49 days, not \(time) ms")
      }
      times.append(time)
      try append(picture.jpeg)
    }
    last = picture.jpeg
  }

  /// Publishes what was made.
  public func finish(_ end: OutputEnd) throws(MediaError) {
    guard let file, let recording, !lengths.isEmpty else { throw noPictures(for: path, end) }
    if form == .grid, let duration = end.duration ?? recording.duration {
      let slots = recording.slots(covering: duration)
      while lengths.count < slots { try append(last) }
    }
    try file.moveBack(
      from: BIFTable.length(count: expected), to: BIFTable.length(count: lengths.count),
      count: position - BIFTable.length(count: expected))
    try file.write(try table(recording), at: 0)
    try file.publish()
    published = [path]
    self.file = nil
    last = []
  }

  /// Ends without a result.
  public func abandon() { file = nil }

  private func append(_ jpeg: [UInt8]) throws(MediaError) {
    let total = position + jpeg.count + 8 * max(0, lengths.count + 1 - expected)
    guard total <= byteLimit else {
      throw refusal("it would be over 4 GiB: choose a longer interval or a smaller width")
    }
    try file?.write(jpeg, at: position)
    position += jpeg.count
    lengths.append(jpeg.count)
  }

  private func table(_ recording: OutputRecording) throws(MediaError) -> [UInt8] {
    guard form == .grid else { return BIFTable.bytes(lengths, times: times, multiplier: 1) }
    let step = recording.interval.wholeMicroseconds
    if step % 1000 == 0, step / 1000 <= Int64(UInt32.max) {
      return BIFTable.bytes(lengths, times: Array(lengths.indices), multiplier: Int(step / 1000))
    }
    let times = lengths.indices.map { (Int(step) * $0 + 500) / 1000 }
    guard times.last ?? 0 < Int(UInt32.max) else { throw refusal("its times go to 49 days") }
    return BIFTable.bytes(lengths, times: times, multiplier: 1)
  }

  private func refusal(_ reason: String) -> MediaError {
    MediaError(operation: "make", subject: path, reason: reason)
  }
}

/// The front of a BIF file, little-endian: 64 bytes, then time and place of each picture.
enum BIFTable {
  static func length(count: Int) -> Int { 64 + 8 * (count + 1) }

  static func bytes(_ lengths: [Int], times: [Int], multiplier: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x42, 0x49, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0]
    bytes.reserveCapacity(length(count: lengths.count))
    append(lengths.count, to: &bytes)
    append(multiplier, to: &bytes)
    bytes += [UInt8](repeating: 0, count: 44)
    var offset = length(count: lengths.count)
    for (length, time) in zip(lengths, times) {
      append(time, to: &bytes)
      append(offset, to: &bytes)
      offset += length
    }
    append(Int(UInt32.max), to: &bytes)
    append(offset, to: &bytes)
    return bytes
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
