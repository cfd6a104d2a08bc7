// SPDX-License-Identifier: Apache-2.0
internal import Axon
internal import CLinux
internal import Glibc
internal import Internet
internal import Media

/// The pages of an Ogg Vorbis file that answer a request, each with its time.
///
/// Reads 64 KiB at a time, so that a turn is short also when the disk is slow.
struct SoundFile: ~Copyable {
  /// A page and when it is due.
  struct Page {
    let bytes: Bytes
    /// Microseconds from the recording's start.
    let time: Int64
    /// Time since the first page of the answer, `nil` for a stream's header.
    private let offset: Duration?

    init(bytes: Bytes, due: Duration, offset: Duration?) {
      self.bytes = bytes
      time = due.wholeMicroseconds
      self.offset = offset
    }

    /// When to send the page of an answer that began at `start`; `nil` for at once.
    func due(pace: PreviewRequest.Pace, from start: Instant) -> Instant? {
      guard let offset else { return nil }
      switch pace {
      case .asap: return nil
      case .realtime: return start + offset
      case .rate(let factor): return start + offset / factor
      }
    }
  }

  private let descriptor: Descriptor
  private let start: Duration
  private let end: Duration?
  private let reader = OggPageReader()
  private let pacer = OggPacer()
  private var position = 0
  private var isInHeaders = false
  private var hasSound = false

  init(_ descriptor: consuming Descriptor, request: PreviewRequest) {
    self.descriptor = descriptor
    start = request.start
    end = request.end
  }

  /// Facts on the sound; `nil` when the file isn't Ogg Vorbis.
  ///
  /// - Throws: `PreviewFailure` when the file can't be read.
  func describe(title: String) throws(PreviewFailure) -> PreviewDescription? {
    let decoder = OggVorbisDecoder()
    var position = 0
    // A header is a few KiB, or a few hundred with a picture of the cover in it.
    while position < 4 << 20 {
      let bytes = try read(at: position)
      guard !bytes.isEmpty else { return nil }
      position += bytes.count
      decoder.push(bytes)
      do {
        guard let block = try decoder.next() else { continue }
        return PreviewDescription(
          title: title, duration: try duration(rate: block.rate), container: "ogg",
          sound: .init(codec: "vorbis", rate: block.rate, channels: block.channels))
      } catch {
        return nil
      }
    }
    return nil
  }

  /// How long the sound is, by its last page; `nil` for a chain, whose parts count anew.
  private func duration(rate: Int) throws(PreviewFailure) -> Duration? {
    var facts = clinux_file_facts()
    guard unsafe clinux_facts(descriptor.number, &facts) == 0, rate > 0 else { return nil }
    let ends = OggPageReader()
    ends.push(try read(at: max(0, Int(facts.byte_count) - 65_536 * 2)))
    ends.push(try read(at: max(65_536, Int(facts.byte_count) - 65_536)))
    let starts = OggPageReader()
    starts.push(try read(at: 0))
    guard let serial = starts.next()?.serial else { return nil }
    var granule: Int64?
    while let page = ends.next() {
      if page.serial != serial { return nil }
      granule = page.granule ?? granule
    }
    // The number is the file's word: anything up to 2^63, or below 0.
    guard let granule, granule >= 0 else { return nil }
    let duration = Duration.seconds(granule / Int64(rate))
    return duration <= PreviewRequest.latest
      ? duration + .microseconds(granule % Int64(rate) * 1_000_000 / Int64(rate)) : nil
  }

  /// The next page to be sent; `nil` at the end of what was asked for.
  ///
  /// - Throws: `PreviewFailure` when the file can't be read.
  mutating func next() throws(PreviewFailure) -> Page? {
    while let page = try nextPage() {
      let due = pacer.due(page)
      if page.isFirst { isInHeaders = true }
      if isInHeaders, (page.granule ?? 0) <= 0 {
        return Page(bytes: page.bytes, due: due, offset: nil)
      }
      isInHeaders = false
      if let end, due >= end { return nil }
      guard pacer.elapsed > start, hasSound || !page.isContinued else { continue }
      hasSound = true
      return Page(bytes: page.bytes, due: due, offset: max(.zero, due - start))
    }
    return nil
  }

  private mutating func nextPage() throws(PreviewFailure) -> OggPage? {
    while true {
      if let page = reader.next() { return page }
      let bytes = try read(at: position)
      guard !bytes.isEmpty else { return nil }
      position += bytes.count
      reader.push(bytes)
    }
  }

  private func read(at position: Int) throws(PreviewFailure) -> Bytes {
    let number = descriptor.number
    var result = 0
    let bytes = unsafe Bytes(unsafeUninitializedCapacity: 65_536) { buffer, count in
      result = unsafe pread(number, buffer.baseAddress, buffer.count, position)
      count = max(0, result)
    }
    guard result >= 0 else {
      throw PreviewFailure(.unreadable, reason: "the recording can't be read from its disk")
    }
    return bytes
  }
}
