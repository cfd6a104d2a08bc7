// SPDX-License-Identifier: Apache-2.0

/// Says when each page of an Ogg Vorbis stream is due, by the stream's own sample numbers.
///
/// A page is due when its first sample is to be heard: the end of the page before. Each due time
/// is computed from the link's first sample, not from the page before, so that nothing adds up;
/// the links of a chain follow each other without a gap. Owned by one component at a time.
public final class OggPacer {
  /// A jump of more than this isn't waited for: the stream is damaged or was joined.
  public static let longestGap: Duration = .seconds(60)

  /// When the sound up to the last page ends, since the start.
  public private(set) var elapsed: Duration = .zero
  private var link: VorbisLink?
  private var linkStart: Duration = .zero
  /// Sample number that stands for `linkStart`; `nil` before the first page with sound.
  private var base: Int64?

  /// Starts a stream at 0.
  public init() {}

  /// When the page is due, since the start; pages must be given in order, each one once.
  ///
  /// Header pages and pages of other streams are due with what they lie between.
  public func due(_ page: OggPage) -> Duration {
    let due = elapsed
    if page.isFirst, link?.isReady ?? true, let next = VorbisLink(page) {
      link = next
      linkStart = elapsed
      base = nil
      return due
    }
    guard let link, page.serial == link.serial else { return due }
    if !link.isReady || base == nil { link.add(page) }
    guard readHeaders(link), link.rate > 0 else { return due }
    advance(page, link)
    return due
  }

  private func readHeaders(_ link: VorbisLink) -> Bool {
    while !link.isReady {
      guard let step = try? link.step() else {
        self.link = nil
        return false
      }
      if step == .needsPage { return false }
    }
    return true
  }

  private func advance(_ page: OggPage, _ link: VorbisLink) {
    let lengths = base == nil ? link.packetLengths() : []
    guard let granule = page.granule, granule >= 0 else { return }
    if base == nil {
      guard !lengths.isEmpty else { return }
      // A stream cut out of a longer one doesn't begin at sample 0. Each block but the first
      // gives a quarter of itself and of the one before: they overlap by half.
      let count = zip(lengths, lengths.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 4 }
      base = page.isLast ? 0 : max(0, granule - Int64(count))
    }
    let end = linkStart + .samples(granule - (base ?? 0), rate: link.rate)
    if end >= elapsed, end - elapsed <= Self.longestGap {
      elapsed = end
    } else {
      // Backwards or far ahead: go on from here, as if the page had followed the last one.
      linkStart = elapsed
      base = granule
    }
  }
}

extension Duration {
  /// The time of so many samples, exact to the attosecond.
  static func samples(_ count: Int64, rate: Int) -> Duration {
    Duration(attoseconds: Int128(count) * 1_000_000_000_000_000_000 / Int128(rate))
  }
}
