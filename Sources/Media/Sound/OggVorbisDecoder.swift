// SPDX-License-Identifier: Apache-2.0

/// Decodes Ogg Vorbis as it comes, cut anywhere: bytes in, blocks of samples out.
///
/// ```swift
/// decoder.push(received)
/// while let block = try decoder.next() { try playback.play(block) }
/// ```
/// Chained streams go on with their own rate and channels; other streams multiplexed with the
/// sound are passed over; a damaged packet is counted and passed over. The samples are those of
/// `oggdec`, to the last one. Owned by one component or thread at a time.
public final class OggVorbisDecoder {
  /// Bytes looked through for a first page before the stream is refused: longer than any page.
  public static let searchLimit = 1 << 17

  /// Packets that were damaged or lost.
  public private(set) var damagedPackets = 0
  /// Pages of other streams.
  public private(set) var otherPages = 0
  /// Logical streams that were decoded, one after the other.
  public private(set) var linkCount = 0
  private let pages = OggPageReader()
  private var link: VorbisLink?
  /// First pages of a group were seen, and none of them was Vorbis.
  private var isWithoutSound = false
  private var pushedBytes = 0
  private var isFinished = false

  /// Starts a decoder.
  public init() {}

  /// Bytes that belong to no page.
  public var skippedBytes: Int { pages.skippedBytes }

  /// Takes the next bytes, copied.
  public func push(_ bytes: [UInt8]) {
    pushedBytes += bytes.count
    pages.push(bytes)
  }

  /// Says that nothing more comes, so that `next` complains if there never was any sound.
  public func finish() { isFinished = true }

  /// The next samples, or `nil` until more is pushed.
  ///
  /// - Throws: ``MediaError`` where this isn't Ogg, has no Vorbis stream, or a header is damaged.
  ///   A chain may go on behind a damaged link: push and ask again.
  public func next() throws(MediaError) -> SoundBlock? {
    while true {
      if let link {
        let samples = link.samples()
        if !samples.isEmpty {
          return SoundBlock(rate: link.rate, channels: link.channels, samples: samples)
        }
        if try advance(link) { continue }
      }
      guard let page = pages.next() else {
        try checkForPages()
        return nil
      }
      try take(page)
    }
  }

  /// Decodes a packet; false where the next page is needed first.
  private func advance(_ link: VorbisLink) throws(MediaError) -> Bool {
    do {
      switch try link.step() {
      case .needsPage: return false
      case .damaged: damagedPackets += 1
      case .header, .sound: break
      }
      return true
    } catch {
      self.link = nil
      isWithoutSound = false
      throw error
    }
  }

  private func take(_ page: OggPage) throws(MediaError) {
    if page.isFirst, link?.isReady ?? true, let next = VorbisLink(page) {
      link = next
      linkCount += 1
      isWithoutSound = false
    } else if let link, link.serial == page.serial {
      // Also pages marked as first that aren't: some old programs marked two.
      link.add(page)
    } else {
      // Streams multiplexed with the sound, which begin beside it.
      otherPages += 1
      if page.isFirst {
        isWithoutSound = link == nil
      } else if isWithoutSound, linkCount == 0 {
        isWithoutSound = false
        throw MediaError(
          operation: "decode", subject: "Ogg stream", reason: "no Vorbis sound among its streams")
      }
    }
  }

  private func checkForPages() throws(MediaError) {
    let isHopeless = isFinished ? linkCount == 0 : pages.skippedBytes > Self.searchLimit
    guard isHopeless, pages.pageCount == 0 || isFinished else { return }
    isFinished = false
    throw MediaError(
      operation: "decode", subject: "\(pushedBytes) bytes",
      reason: pages.pageCount == 0
        ? "not an Ogg stream: no page in it" : "no Vorbis sound in the Ogg stream")
  }
}
